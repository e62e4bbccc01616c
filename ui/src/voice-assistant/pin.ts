/** Rules of the voice PIN. */

export const PIN_SHORTEST = 4;
export const PIN_LONGEST = 6;

/** Keeps the digits of what was typed or pasted, as many as a PIN can have. */
export function cleanPin(text: string): string {
  return text.replaceAll(/\D/g, "").slice(0, PIN_LONGEST);
}

/** What to tell a caller whose PIN was refused. `waitS`: seconds until the next try counts. */
export function refusalWords(attemptsLeft: number, waitS: number): string {
  if (waitS > 0) return "Too many wrong PINs. Please wait a moment.";
  if (attemptsLeft === 1) return "That PIN is not right. One attempt left.";
  if (attemptsLeft > 1) return `That PIN is not right. ${attemptsLeft} attempts left.`;
  return "That PIN is not right.";
}
