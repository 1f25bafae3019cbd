// The name of the house, which leads home.
import { routeHref } from "../routing/route";
import "./brand.css";

export function Brand() {
  return (
    <a className="brand" href={routeHref({ page: "rooms" })}>
      <BrandMark />
      <span>Atrium</span>
    </a>
  );
}

export function BrandMark() {
  return (
    <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" />
      <path d="M7 25V14a9 9 0 0 1 18 0v11M12 25V15a4 4 0 0 1 8 0v10M5 25h22" />
    </svg>
  );
}
