import { expect, test } from "vitest";
import { Draft } from "./drafts";
import { MemoryStorage } from "./memoryStorage";

const VALUES = { email: "ada@example.com", password: "a secret" };

function drafts(storage = new MemoryStorage()) {
  return { storage, draft: new Draft<keyof typeof VALUES>(storage, "login", ["email"]) };
}

test("what was typed is there again, but for what is secret", () => {
  const { draft, storage } = drafts();
  draft.keep(VALUES);
  expect(draft.restored()).toEqual({ email: "ada@example.com" });
  expect([...storage.items.values()].join()).not.toContain("secret");
});

test("a secret field cannot be named", () => {
  // @ts-expect-error: passwords are not kept
  new Draft<keyof typeof VALUES>(new MemoryStorage(), "login", ["password"]);
  // @ts-expect-error: nor are PINs
  new Draft<"voice_pin">(new MemoryStorage(), "pin", ["voice_pin"]);
});

test("nobody sees what somebody else had typed", () => {
  const { draft } = drafts();
  draft.keep(VALUES, "user-1");
  expect(draft.restored("user-2")).toBeNull();
  expect(draft.restored("user-1")).not.toBeNull();
});

test("what has been sent is no draft any more", () => {
  const { draft } = drafts();
  draft.keep(VALUES);
  draft.drop();
  expect(draft.restored()).toBeNull();
});

test.each(["{", "null", '{"owner":""}', '{"owner":"","kept":{"email":7,"other":"x"}}'])(
  "a page of another version may have kept something else: %s",
  (text) => {
    const { draft, storage } = drafts();
    storage.setItem("convonet.draft.login", text);
    expect(Object.keys(draft.restored() ?? {})).toEqual([]);
  },
);
