/** What a person is told when the API refuses something. */
import { type Problem, UNREACHABLE } from "../session/problem";
import { SIGNED_OUT, SOMEBODY_ELSE } from "../session/session";
import type { Explained, Faults } from "../session/submission";

const TOO_MANY = 429;

/** What the API's codes mean for the fields of one form. */
export type Meanings<Field extends string> = Readonly<
  Record<string, [field: Field, words: string]>
>;

export function explaining<Field extends string>(
  fields: readonly Field[],
  meanings: Meanings<Field>,
): (problem: Problem) => Explained<Field> {
  return (problem) => {
    const meaning = meanings[problem.code];
    if (meaning) {
      const [field, words] = meaning;
      return { faults: { [field]: words } as Faults<Field>, message: null };
    }
    const faults = faultsOf(problem, fields);
    const found = Object.keys(faults).length > 0;
    return { faults, message: found ? null : problemWords(problem) };
  };
}

function faultsOf<Field extends string>(problem: Problem, fields: readonly Field[]): Faults<Field> {
  const faults: Faults<Field> = {};
  for (const { at, what } of problem.faults) {
    const field = fields.find((name) => at.split(".").includes(name));
    if (field) faults[field] ??= sentence(what);
  }
  return faults;
}

/** The validator's words, as a sentence. */
function sentence(what: string): string {
  const words = what.replace(/^Value error, /, "");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;
}

export function problemWords(problem: Problem): string {
  if (problem.code === UNREACHABLE) {
    return "Convonet cannot be reached right now. Please try again.";
  }
  if (problem.code === SIGNED_OUT) return "You have been signed out.";
  if (problem.code === SOMEBODY_ELSE) {
    return "Somebody else has signed in meanwhile. Nothing was changed.";
  }
  if (problem.status === TOO_MANY) return "That was tried too often. Please wait a moment.";
  if (problem.status >= 500 || !problem.message) {
    return "Something went wrong on our side. Please try again.";
  }
  return sentence(problem.message);
}
