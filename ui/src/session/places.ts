/** The pages of accounts, and where a person who had to sign in wanted to be. */

export const LOGIN = "/login";
export const REGISTER = "/register";
export const PROFILE = "/profile";

const HERE = "http://here";

/** `page` with the way back to `next`. */
export function withNext(page: string, next: string): string {
  return next === PROFILE ? page : `${page}?${new URLSearchParams({ next })}`;
}

/** Where to go after signing in: only ever a page of ours, whatever the address says. */
export function nextOf(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? PROFILE;
  if (!next.startsWith("/")) return PROFILE;
  // The browser's own reading decides: "//host", "/\host" and "/<tab>/host" are other hosts.
  const place = new URL(next, HERE);
  if (place.origin !== HERE) return PROFILE;
  if (place.pathname === LOGIN || place.pathname === REGISTER) return PROFILE;
  return place.pathname + place.search + place.hash;
}
