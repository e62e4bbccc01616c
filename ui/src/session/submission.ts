/** Sending a form: what the person is told before, while and after. */
import { Problem } from "./problem";
import { Store } from "./store";

/** From when on a wait is said to be one. */
const SLOW_MS = 1_000;

/** What is wrong, by field. */
export type Faults<Field extends string> = Partial<Record<Field, string>>;

/** A problem in words: about fields, about the whole, or both. */
export interface Explained<Field extends string> {
  faults: Faults<Field>;
  message: string | null;
}

export interface SubmissionView<Field extends string> extends Explained<Field> {
  phase: "editing" | "sending" | "done";
  /** Sending takes longer than one likes to wait without a word. */
  slow: boolean;
  /** How often something was found wrong. */
  refusals: number;
  /** Unix time in ms before which the server would not listen. */
  retryAt: number;
}

export class Submission<Field extends string> extends Store<SubmissionView<Field>> {
  constructor(private readonly explain: (problem: Problem) => Explained<Field>) {
    super({ phase: "editing", slow: false, refusals: 0, retryAt: 0, faults: {}, message: null });
  }

  /** Sends, unless `faults` says what to mend first; one at a time. */
  async send(faults: Faults<Field>, action: () => Promise<void>): Promise<void> {
    const { phase, retryAt } = this.snapshot();
    if (phase === "sending" || retryAt > Date.now()) return;
    if (Object.keys(faults).length > 0) {
      this.refuse({ faults, message: null }, 0);
      return;
    }
    this.change({ phase: "sending", faults: {}, message: null });
    const slow = setTimeout(() => {
      this.change({ slow: true });
    }, SLOW_MS);
    try {
      await action();
      this.change({ phase: "done", slow: false });
    } catch (error) {
      this.change({ phase: "editing", slow: false });
      if (!(error instanceof Problem)) throw error;
      this.refuse(this.explain(error), error.retryAfterS);
    } finally {
      clearTimeout(slow);
    }
  }

  /** A field was changed: what was said about it is no longer true. */
  edited(field: Field): void {
    const { phase, faults, message } = this.snapshot();
    if (phase === "sending") return;
    if (phase === "editing" && !faults[field] && !message) return;
    const others = Object.entries(faults).filter(([name]) => name !== field);
    this.change({
      phase: "editing",
      faults: Object.fromEntries(others) as Faults<Field>,
      message: null,
    });
  }

  private refuse(explained: Explained<Field>, waitS: number): void {
    const refusals = this.snapshot().refusals + 1;
    const retryAt = waitS > 0 ? Date.now() + waitS * 1_000 : 0;
    this.change({ phase: "editing", refusals, retryAt, ...explained });
  }

  private change(part: Partial<SubmissionView<Field>>): void {
    this.set({ ...this.snapshot(), ...part });
  }
}
