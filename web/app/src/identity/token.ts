// The token for servers that want one: it comes once as ?token= in the address, is taken out of it,
// and stays for the life of the tab. Its claims are read for display only; the server judges it.
import type { Identity } from "./identity";
import { readText, writeText } from "./storage";

const KEY = "atrium.token";
const tab = () => sessionStorage;
const token: string | null = fromAddress() ?? readText(KEY, tab);

/** The token, or undefined where none was given. */
export function userToken(): string | undefined {
  return token ?? undefined;
}

/** Whom the token names, or null. */
export function claims(): Identity | null {
  if (!token) return null;
  try {
    const middle = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(middle), (letter) => letter.charCodeAt(0));
    const { sub, name } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    if (typeof sub !== "string") return null;
    return { userId: sub, username: typeof name === "string" ? name : sub };
  } catch {
    return null;
  }
}

function fromAddress(): string | null {
  const address = new URL(location.href);
  const given = address.searchParams.get("token");
  if (!given) return null;
  address.searchParams.delete("token");
  history.replaceState(null, "", address);
  writeText(KEY, given, tab);
  return given;
}
