import { expect, test } from "vitest";
import { LIMITS } from "../generated/accounts";
import { faultsIn } from "./rules";

const { email, username, password, first_name } = LIMITS.RegisterRequest;
const RULES = {
  email: { limit: email, name: "your email address", wrong: "No address." },
  username: { limit: username, name: "a username", wrong: "No username." },
  password: { limit: password, name: "a password", wrong: "Too short." },
  first_name: { limit: first_name, wrong: "Too long." },
};
const GOOD = {
  email: " ada@example.com ",
  username: "ada.l",
  password: "correct horse",
  first_name: "",
};

test("what the server would take is right", () => {
  expect(faultsIn(GOOD, RULES)).toEqual({});
});

test("what must be there is asked for, what may be left out is not", () => {
  const nothing = { email: " ", username: "", password: "", first_name: "" };
  expect(faultsIn(nothing, RULES)).toEqual({
    email: "Please enter your email address.",
    username: "Please enter a username.",
    password: "Please enter a password.",
  });
});

test.each([
  ["email", "ada", "No address."],
  ["email", "ada@example", "No address."],
  ["username", "ada!", "No username."],
  ["password", "1234567", "Too short."],
  ["password", "🔑🔑🔑🔑", "Too short."],
  ["first_name", "A".repeat(101), "Too long."],
])("the server would refuse %s %j", (field, value, words) => {
  expect(faultsIn({ ...GOOD, [field]: value }, RULES)).toEqual({ [field]: words });
});
