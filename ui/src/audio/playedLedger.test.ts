import { describe, expect, it } from "vitest";
import { PlayedLedger } from "./playedLedger";

describe("PlayedLedger", () => {
  it("knows the first frame that was not heard in full", () => {
    const ledger = new PlayedLedger();
    ledger.received(10, "t1", 960);
    ledger.received(12, "t1", 960);
    ledger.rendered("t1", 1_000);
    expect(ledger.unheard()).toEqual({ seq: 11, turnId: "t1", samples: 960 });
  });

  it("has nothing unheard when all was rendered or dropped", () => {
    const ledger = new PlayedLedger();
    ledger.received(10, "t1", 960);
    ledger.rendered("t1", 960);
    ledger.received(11, "t2", 960);
    ledger.cleared("t2");
    expect(ledger.unheard()).toBeNull();
  });

  it("goes on counting where the page before a reload stopped", () => {
    const ledger = new PlayedLedger();
    ledger.startFrom({ seq: 11, turnId: "t1", samples: 960 });
    ledger.received(12, "t1", 960);
    expect(ledger.rendered("t1", 500)).toBe(1_460);
    expect(ledger.rendered("t1", 960)).toBe(1_920);
    expect(ledger.unheard()).toBeNull();
  });

  it("is not confused by audio that was dropped when the turn goes on", () => {
    const ledger = new PlayedLedger();
    ledger.received(10, "t1", 960);
    ledger.received(11, "t1", 960);
    ledger.cleared("t1");
    ledger.rendered("t1", 480);
    ledger.received(14, "t1", 960);
    ledger.rendered("t1", 1_440);
    expect(ledger.unheard()).toBeNull();
  });
});
