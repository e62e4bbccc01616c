/** What a reload of the page must not lose, kept for this browser tab only. */
import type { HeardUpTo } from "../audio/playedLedger";
import type { CallView } from "./callState";
import type { CallTicket } from "./link";

const KEY = "convonet.call";

export interface SavedCall {
  ticket: CallTicket;
  view: CallView;
  /** The voice that had arrived but not sounded yet begins here. */
  unheard: HeardUpTo | null;
}

export function saveCall(saved: SavedCall | null): void {
  if (saved) sessionStorage.setItem(KEY, JSON.stringify(saved));
  else sessionStorage.removeItem(KEY);
}

export function savedCall(): SavedCall | null {
  const text = sessionStorage.getItem(KEY);
  if (!text) return null;
  try {
    // Written by `saveCall`; a page of another version may have had another idea of it.
    const value = JSON.parse(text) as Partial<SavedCall>;
    if (!value.ticket?.callId || !value.view?.entries) return null;
    return { ticket: value.ticket, view: value.view, unheard: value.unheard ?? null };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
