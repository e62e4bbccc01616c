/** What a field must be before it is worth asking the server. */
import type { Faults } from "../session/submission";

interface Limit {
  readonly shortest?: number;
  readonly longest?: number;
  readonly pattern?: string;
}

interface Rule {
  limit: Limit;
  /** What to call it, such as "your email address"; a field without is optional. */
  name?: string;
  /** What to say when it is not of the form it must have. */
  wrong: string;
}

export type Rules<Field extends string> = Partial<Record<Field, Rule>>;

/** The first thing wrong with each field. */
export function faultsIn<Field extends string>(
  values: Readonly<Record<Field, string>>,
  rules: Rules<Field>,
): Faults<Field> {
  const found = Object.entries<Rule | undefined>(rules).map(([field, rule]) => [
    field,
    rule && fault(values[field as Field], rule),
  ]);
  return Object.fromEntries(found.filter(([, words]) => words)) as Faults<Field>;
}

function fault(value: string, { limit, name, wrong }: Rule): string | null {
  if (name && value.trim() === "") return `Please enter ${name}.`;
  const { shortest = 0, longest = Infinity, pattern = "" } = limit;
  // Characters as the server counts them.
  const { length } = Array.from(value);
  if (length < shortest || length > longest) return wrong;
  return new RegExp(pattern).test(value.trim()) ? null : wrong;
}
