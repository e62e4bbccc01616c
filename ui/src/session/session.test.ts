import { beforeEach, expect, test } from "vitest";
import { KeptToken } from "./keptToken";
import { MemoryStorage } from "./memoryStorage";
import { SIGNED_OUT, SOMEBODY_ELSE } from "./session";
import { PlayedApi, tab, type Tab } from "./playedApi";

let api: PlayedApi;
let storage: MemoryStorage;
let page: Tab;

beforeEach(() => {
  api = new PlayedApi();
  storage = new MemoryStorage();
  page = tab(api, storage);
});

const credentials = { email: "ada@example.com", password: "correct" };

test("after signing in the API is asked in one's name", async () => {
  await page.session.signIn(credentials);
  expect(page.session.snapshot()).toEqual({ kind: "signed_in", user: { id: "ada" } });
  expect(await page.session.request("GET", "/api/auth/profile")).toEqual({ name: "ada" });
});

test("the access token is nowhere but in memory", async () => {
  await page.session.signIn(credentials);
  const kept = [...storage.items.values()].join();
  expect(kept).toContain(api.refresh);
  for (const access of api.access.keys()) expect(kept).not.toContain(access);
  expect(kept).not.toContain("correct");
});

test("a wrong password signs nobody in", async () => {
  await expect(page.session.signIn({ ...credentials, password: "wrong" })).rejects.toMatchObject({
    status: 401,
    code: "wrong_credentials",
  });
  expect(new KeptToken(storage).get()).toBeNull();
});

test("a page that is loaded anew is still signed in", async () => {
  await page.session.signIn(credentials);
  const again = tab(api, storage);
  await again.session.restore();
  expect(again.session.snapshot().kind).toBe("signed_in");
});

test("without a kept token nobody is signed in, and nobody is asked", async () => {
  await page.session.restore();
  expect(page.session.snapshot()).toEqual({ kind: "signed_out", expired: false });
  expect(api.asked).toEqual([]);
});

test("however many requests find the access token expired, it is renewed once", async () => {
  await page.session.signIn(credentials);
  api.expireAccess();
  const requests = Array.from({ length: 5 }, () =>
    page.session.request("GET", "/api/auth/profile"),
  );
  expect(await Promise.all(requests)).toHaveLength(5);
  expect(api.count("/api/auth/refresh")).toBe(1);
});

test("two tabs never use the same refresh token", async () => {
  await page.session.signIn(credentials);
  const other = tab(api, storage);
  await other.session.restore();
  api.expireAccess();
  await Promise.all(
    [page, other].map(({ session }) => session.request("GET", "/api/auth/profile")),
  );
  expect(api.reused).toBe(false);
});

test("an expired session is over, and says that it was one", async () => {
  await page.session.signIn(credentials);
  api.expireAccess();
  api.revoke();
  await expect(page.session.request("GET", "/api/auth/profile")).rejects.toMatchObject({
    code: SIGNED_OUT,
  });
  expect(page.session.snapshot()).toEqual({ kind: "signed_out", expired: true });
  expect(storage.items.size).toBe(0);
});

test("a restored page whose session is over asks to sign in again, without an error", async () => {
  await page.session.signIn(credentials);
  api.revoke();
  const again = tab(api, storage);
  await again.session.restore();
  expect(again.session.snapshot()).toEqual({ kind: "signed_out", expired: true });
});

test("a page that finds no server says so, and finds it again", async () => {
  await page.session.signIn(credentials);
  api.trouble = 503;
  const again = tab(api, storage);
  await again.session.restore();
  expect(again.session.snapshot()).toMatchObject({ kind: "unknown", problem: { status: 503 } });
  api.trouble = null;
  await again.session.restore();
  expect(again.session.snapshot().kind).toBe("signed_in");
});

test.each([503, 429, 0])("a server that answers %i ends no session", async (status) => {
  await page.session.signIn(credentials);
  api.expireAccess();
  api.trouble = status;
  await expect(page.session.request("GET", "/api/auth/profile")).rejects.toMatchObject({
    status,
  });
  api.trouble = null;
  expect(await page.session.request("GET", "/api/auth/profile")).toEqual({ name: "ada" });
});

test("signing out ends the session here, and on the server", async () => {
  await page.session.signIn(credentials);
  await page.session.signOut();
  expect(page.session.snapshot()).toEqual({ kind: "signed_out", expired: false });
  expect(storage.items.size).toBe(0);
  expect(api.count("/api/auth/logout")).toBe(1);
});

test("signing out works while the server is away", async () => {
  await page.session.signIn(credentials);
  api.trouble = 0;
  await page.session.signOut();
  expect(page.session.snapshot().kind).toBe("signed_out");
  expect(storage.items.size).toBe(0);
});

test.each([0, 429])(
  "nobody is told to be signed out everywhere by a server that answers %i",
  async (status) => {
    await page.session.signIn(credentials);
    api.trouble = status;
    await expect(page.session.signOutEverywhere()).rejects.toMatchObject({ status });
    expect(page.session.snapshot().kind).toBe("signed_in");
    api.trouble = null;
    await page.session.signOutEverywhere();
    expect(page.session.snapshot()).toEqual({ kind: "signed_out", expired: false });
  },
);

/** Does something once, while the access token is being renewed. */
function whileRenewing(act: () => Promise<void>): void {
  api.meanwhile = async (path) => {
    if (path !== "/api/auth/refresh") return;
    api.meanwhile = () => Promise.resolve();
    await act();
  };
}

test("who signs out while the access token is being renewed stays signed out", async () => {
  await page.session.signIn(credentials);
  api.expireAccess();
  whileRenewing(() => page.session.signOut());
  await expect(page.session.request("GET", "/api/auth/profile")).rejects.toMatchObject({
    code: SIGNED_OUT,
  });
  expect(page.session.snapshot()).toEqual({ kind: "signed_out", expired: false });
  expect(storage.items.size).toBe(0);
});

test("a sign-in that ended for a newer one goes on with that", async () => {
  await page.session.signIn(credentials);
  api.expireAccess();
  const other = tab(api, storage);
  whileRenewing(() => other.session.signIn(credentials));
  expect(await page.session.request("GET", "/api/auth/profile")).toEqual({ name: "ada" });
  expect(new KeptToken(storage).get()).toBe(api.refresh);
});

test("signed out in one tab is signed out in all", async () => {
  await page.session.signIn(credentials);
  storage.items.clear();
  page.session.keptTokenChanged();
  expect(page.session.snapshot()).toEqual({ kind: "signed_out", expired: false });
});

test("what one meant to send never goes out in another's name", async () => {
  await page.session.signIn(credentials);
  await tab(api, storage).session.signIn({ email: "bob@example.com", password: "correct" });
  api.expireAccess();
  await expect(page.session.request("PUT", "/api/auth/profile", {})).rejects.toMatchObject({
    code: SOMEBODY_ELSE,
  });
  expect(page.session.snapshot()).toEqual({ kind: "signed_in", user: { id: "bob" } });
  expect(api.count("PUT /api/auth/profile accepted")).toBe(0);
});
