import { expect, test } from "vitest";
import { problemOf } from "./problem";

const answer = (body: string, status: number, headers: Record<string, string> = {}) =>
  new Response(body, { status, headers });

test("a problem keeps its code, its words and its faults", async () => {
  const faults = [{ at: "body.email", what: "not an address" }];
  const problem = await problemOf(
    answer(JSON.stringify({ code: "invalid", detail: "no", faults }), 422),
  );
  expect(problem).toMatchObject({ status: 422, code: "invalid", message: "no", faults });
});

test("how long to wait is read from the answer", async () => {
  const problem = await problemOf(answer("{}", 429, { "Retry-After": "30" }));
  expect(problem.retryAfterS).toBe(30);
});

test.each(["<html>Bad gateway</html>", "null", '"no"', '{"code": 7, "faults": [{"at": 1}]}'])(
  "what stands before the API may answer anything: %s",
  async (body) => {
    const problem = await problemOf(answer(body, 502, { "Retry-After": "soon" }));
    expect(problem).toMatchObject({ status: 502, code: "", faults: [], retryAfterS: 0 });
  },
);
