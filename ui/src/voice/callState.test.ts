import { describe, expect, it } from "vitest";
import { type CallView, EMPTY_CALL, reduceCall } from "./callState";
import type { ServerMessage } from "./wire";

type Unnumbered = ServerMessage extends infer M
  ? M extends unknown
    ? Omit<M, "seq">
    : never
  : never;

/** Plays messages in order, numbered as the server numbers them. */
function play(messages: Unnumbered[], from: CallView = EMPTY_CALL): CallView {
  return messages.reduce<CallView>(
    (view, message, index) =>
      reduceCall(view, {
        type: "server",
        message: { ...message, seq: from.seq + index + 1 },
      }),
    from,
  );
}

function turns(view: CallView) {
  return view.entries.flatMap((entry) => (entry.kind === "turn" ? [entry.turn] : []));
}

describe("reduceCall", () => {
  it("replaces the caller's interim words by the final ones", () => {
    const view = play([
      { type: "transcript", turn_id: "t1", text: "show me", final: false },
      { type: "transcript", turn_id: "t1", text: "Show me my todos.", final: true },
    ]);
    expect(turns(view)).toMatchObject([{ said: "Show me my todos.", saidFinal: true }]);
  });

  it("collects the assistant's sentences in the turn they answer", () => {
    const view = play([
      { type: "transcript", turn_id: "t1", text: "Hi", final: true },
      { type: "reply", turn_id: "t1", text: "Hello.", final: false },
      { type: "reply", turn_id: "t1", text: "How are you?", final: true },
    ]);
    expect(turns(view)).toMatchObject([
      { said: "Hi", sentences: ["Hello.", "How are you?"], replied: true },
    ]);
  });

  it("takes a message that comes again only once", () => {
    const view = play([{ type: "reply", turn_id: "t1", text: "Hello.", final: true }]);
    const again = reduceCall(view, {
      type: "server",
      message: { type: "reply", turn_id: "t1", text: "Hello.", final: true, seq: view.seq },
    });
    expect(again).toBe(view);
  });

  it("ends the running tool call and keeps parallel ones of the same name apart", () => {
    const view = play([
      { type: "tool", turn_id: "t1", name: "get_todos", state: "started", summary: "" },
      { type: "tool", turn_id: "t1", name: "get_todos", state: "started", summary: "" },
      { type: "tool", turn_id: "t1", name: "get_todos", state: "succeeded", summary: "3 todos" },
      { type: "tool", turn_id: "t1", name: "get_todos", state: "failed", summary: "timed out" },
    ]);
    expect(turns(view)[0]?.tools).toEqual([
      { name: "get_todos", state: "succeeded", summary: "3 todos" },
      { name: "get_todos", state: "failed", summary: "timed out" },
    ]);
  });

  it("marks an interrupted turn, and takes it back when speaking goes on", () => {
    const cleared = play([
      { type: "reply", turn_id: "t1", text: "Well", final: false },
      { type: "clear", turn_id: "t1" },
    ]);
    expect(turns(cleared)[0]?.interrupted).toBe(true);
    const resumed = play([{ type: "audio", turn_id: "t1", ms: 40 }], cleared);
    expect(turns(resumed)[0]?.interrupted).toBe(false);
  });

  it("shows typed words at once and drops the copy when the server has them", () => {
    const typed = reduceCall(EMPTY_CALL, { type: "typed", text: "Hello" });
    expect(typed.unconfirmed).toEqual(["Hello"]);
    const view = play([{ type: "transcript", turn_id: "t1", text: "Hello", final: true }], typed);
    expect(view.unconfirmed).toEqual([]);
    expect(turns(view)[0]?.said).toBe("Hello");
  });

  it("keeps the conversation when the call is announced again after a reconnect", () => {
    const view = play([
      { type: "reply", turn_id: "t1", text: "Hello.", final: true },
      {
        type: "call_started",
        call_id: "c1",
        workflow_id: "w1",
        workflow_url: "http://localhost/w1",
        providers: { stt: "a", llm: "b", tts: "c" },
      },
    ]);
    expect(turns(view)[0]?.sentences).toEqual(["Hello."]);
    expect(view.workflowUrl).toBe("http://localhost/w1");
  });

  it("shows a transfer, a notice, an error and why the call ended", () => {
    const view = play([
      { type: "transfer", state: "failed", reason: "Nobody is there." },
      { type: "notice", text: "Call the bank." },
      { type: "error", code: "unknown_type", message: "What?" },
      { type: "call_ended", reason: "goodbye" },
    ]);
    expect(view.transfer).toMatchObject({ state: "failed", reason: "Nobody is there." });
    expect(view.entries).toMatchObject([{ kind: "notice", text: "Call the bank." }]);
    expect(view.error).toEqual({ code: "unknown_type", message: "What?" });
    expect(view.ended).toBe("goodbye");
  });

  it("starts a new call with nothing but the person", () => {
    const user = { id: "u1", name: "Grace", teams: [] };
    const view = play([{ type: "authenticated", session_id: "s", user }]);
    const next = reduceCall({ ...view, ended: "goodbye" }, { type: "new_call" });
    expect(next).toEqual({ ...EMPTY_CALL, user });
  });
});
