/** What was typed into a form and not sent yet, kept for this browser tab; never a secret. */
import type { Storing } from "./keptToken";

type Secret = `${string}password${string}` | `${string}pin${string}`;

/** The fields of a form that may be kept: naming a secret one does not compile. */
export type Keepable<Field extends string> = Field extends Secret ? never : Field;

export class Draft<Field extends string> {
  private readonly key: string;

  constructor(
    private readonly storage: Storing,
    form: string,
    private readonly fields: readonly Keepable<Field>[],
  ) {
    this.key = `convonet.draft.${form}`;
  }

  /** Keeps what may be kept of `values`, for `owner` (a user's id; "" for nobody yet). */
  keep(values: Readonly<Record<Field, string>>, owner = ""): void {
    const kept = Object.fromEntries(this.fields.map((field) => [field, values[field]]));
    this.storage.setItem(this.key, JSON.stringify({ owner, kept }));
  }

  /** What `owner` had typed; nothing when it was somebody else. */
  restored(owner = ""): Partial<Record<Field, string>> | null {
    const text = this.storage.getItem(this.key);
    if (!text) return null;
    try {
      const draft = JSON.parse(text) as { owner?: unknown; kept?: Record<string, unknown> } | null;
      if (draft?.owner !== owner || !draft.kept) return null;
      const { kept } = draft;
      const known = this.fields.filter((field) => typeof kept[field] === "string");
      return Object.fromEntries(known.map((field) => [field, kept[field]])) as Partial<
        Record<Field, string>
      >;
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }

  drop(): void {
    this.storage.removeItem(this.key);
  }
}
