// Where the page is, read from and written to the part of the address after #. Never throws: an
// address that means nothing leads to the list of rooms.
export type Route =
  { page: "rooms" } | { page: "room"; room: string } | { page: "space"; space: string };

/** Reads `#/room/123456`, `#/space/plaza`; all else is the list of rooms. */
export function parseRoute(hash: string): Route {
  const [page, name] = hash.replace(/^#\/?/, "").split("?")[0]!.split("/");
  const key = decoded(name ?? "");
  if (page === "room" && key) return { page: "room", room: key };
  if (page === "space" && key) return { page: "space", space: key };
  return { page: "rooms" };
}

/** The other way round, to be set as `href`. */
export function routeHref(route: Route): string {
  switch (route.page) {
    case "rooms":
      return "#/";
    case "room":
      return `#/room/${encodeURIComponent(route.room)}`;
    case "space":
      return `#/space/${encodeURIComponent(route.space)}`;
  }
}

/** Goes there; Back comes here again unless `replace`. */
export function go(route: Route, replace = false): void {
  const href = routeHref(route);
  if (replace) location.replace(href);
  else location.hash = href.slice(1);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
