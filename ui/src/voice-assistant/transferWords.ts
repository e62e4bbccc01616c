import type { TransferView } from "../voice/callState";

/** How the transfer to a human is going, in words. */
export function transferWords({ state, position, agent, reason }: TransferView): string {
  const who = agent ?? "a person";
  switch (state) {
    case "initiated":
      return "Looking for a person to talk to you.";
    case "queued":
      return position ? `You are number ${position} in the queue.` : "You are in the queue.";
    case "ringing":
      return agent ? `Calling ${agent}.` : "Calling a person.";
    case "connected":
      return `You are talking to ${who}.`;
    case "failed":
      return reason ?? "Nobody could take your call. The assistant is still here.";
    case "returned":
      return reason ?? "You are back with the assistant.";
  }
}

export function transferTone({ state }: TransferView): "plain" | "good" | "warn" {
  if (state === "connected") return "good";
  return state === "failed" ? "warn" : "plain";
}
