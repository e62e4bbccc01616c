import { expect, test } from "vitest";
import { Problem, UNREACHABLE } from "../session/problem";
import { explaining } from "./words";

const explain = explaining(["email", "password"], {
  name_taken: ["email", "Taken."],
});

test("a code the form knows is said at its field", () => {
  expect(explain(new Problem(409, "name_taken"))).toEqual({
    faults: { email: "Taken." },
    message: null,
  });
});

test("faults are said at their fields, the first of each", () => {
  const faults = [
    { at: "body.password", what: "Value error, too short" },
    { at: "body.password", what: "too plain" },
    { at: "body.nothing", what: "unknown" },
  ];
  expect(explain(new Problem(422, "invalid", "no", faults))).toEqual({
    faults: { password: "Too short." },
    message: null,
  });
});

test.each([
  [new Problem(0, UNREACHABLE), "cannot be reached"],
  [new Problem(429, "too_many_requests", "slow down"), "too often"],
  [new Problem(500, "internal", "something of ours broke"), "on our side"],
  [new Problem(502, ""), "on our side"],
  [new Problem(403, "denied", "not for you"), "Not for you."],
])("what concerns no field is said of the whole: %o", (problem, words) => {
  const { faults, message } = explain(problem);
  expect(faults).toEqual({});
  expect(message).toContain(words);
});
