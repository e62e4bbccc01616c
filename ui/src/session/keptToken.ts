/**
 * The refresh token between two loads of a page.
 *
 * It is in `localStorage`, not in a cookie, because the API takes it in the body of a request (the
 * same for every client), and not in `sessionStorage`, because it can be used once: two tabs, of
 * which each kept a copy, would sign each other out. Only scripts of our own run on our pages
 * (`script-src 'self'`), so nobody else reads it; it ends with signing out. The access token is never
 * kept.
 */

const KEY = "convonet.session";

export type Storing = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class KeptToken {
  constructor(private readonly storage: Storing) {}

  /** Read anew each time: another tab may have changed it. */
  get(): string | null {
    return this.storage.getItem(KEY);
  }

  set(token: string): void {
    this.storage.setItem(KEY, token);
  }

  drop(): void {
    this.storage.removeItem(KEY);
  }
}
