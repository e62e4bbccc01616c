import { expect, test } from "vitest";
import { LOGIN, nextOf, PROFILE, withNext } from "./places";

test("whoever had to sign in comes back to where they were", () => {
  const login = withNext(LOGIN, "/team-dashboard?team=7#todos");
  expect(nextOf(new URL(login, "http://host").search)).toBe("/team-dashboard?team=7#todos");
});

test("the profile is where one goes without a wish", () => {
  expect(withNext(LOGIN, PROFILE)).toBe("/login");
  expect(nextOf("")).toBe(PROFILE);
});

test.each(["/login", "/register?next=%2Flogin"])("%s is no place to return to", (page) => {
  expect(nextOf(`?${new URLSearchParams({ next: page })}`)).toBe(PROFILE);
});

test.each([
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example",
  "/\t/evil.example",
  "\\\\evil.example",
  "javascript:alert(1)",
  " /profile",
])("an address never leads to another host: %j", (next) => {
  expect(nextOf(`?${new URLSearchParams({ next })}`)).toBe(PROFILE);
});
