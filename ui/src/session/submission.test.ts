import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "./problem";
import { Submission } from "./submission";

type Field = "email" | "name";

function submission() {
  return new Submission<Field>(({ code }) =>
    code === "taken"
      ? { faults: { email: "taken" }, message: null }
      : { faults: {}, message: code },
  );
}

const refused =
  (code: string, retryAfterS = 0) =>
  () =>
    Promise.reject(new Problem(400, code, "", [], retryAfterS));
const never = () => new Promise<void>(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("nothing is sent before what is wrong is mended", async () => {
  const form = submission();
  const action = vi.fn();
  await form.send({ name: "missing" }, action);
  expect(action).not.toHaveBeenCalled();
  expect(form.snapshot()).toMatchObject({ faults: { name: "missing" }, refusals: 1 });
});

test("a second click does not send twice", () => {
  const form = submission();
  const action = vi.fn(never);
  void form.send({}, action);
  void form.send({}, action);
  expect(action).toHaveBeenCalledOnce();
});

test("a wait of more than a second is said to be one", () => {
  const form = submission();
  void form.send({}, never);
  expect(form.snapshot()).toMatchObject({ phase: "sending", slow: false });
  vi.advanceTimersByTime(1_000);
  expect(form.snapshot().slow).toBe(true);
});

test("what worked is said, until something is changed", async () => {
  const form = submission();
  await form.send({}, () => Promise.resolve());
  expect(form.snapshot().phase).toBe("done");
  vi.advanceTimersByTime(10_000);
  expect(form.snapshot().slow).toBe(false);
  form.edited("name");
  expect(form.snapshot().phase).toBe("editing");
});

test("a problem is explained, and forgotten for the field that is changed", async () => {
  const form = submission();
  await form.send({}, refused("taken"));
  expect(form.snapshot()).toMatchObject({ phase: "editing", faults: { email: "taken" } });
  form.edited("name");
  expect(form.snapshot().faults).toEqual({ email: "taken" });
  form.edited("email");
  expect(form.snapshot().faults).toEqual({});
});

test("before the server would listen nothing is sent", async () => {
  const form = submission();
  await form.send({}, refused("too_many", 30));
  const action = vi.fn(() => Promise.resolve());
  await form.send({}, action);
  expect(action).not.toHaveBeenCalled();
  vi.advanceTimersByTime(30_000);
  await form.send({}, action);
  expect(action).toHaveBeenCalledOnce();
});

test("what is no problem of the API's is a bug, and no secret", async () => {
  const form = submission();
  await expect(form.send({}, () => Promise.reject(new RangeError("bug")))).rejects.toThrow("bug");
  expect(form.snapshot().phase).toBe("editing");
});
