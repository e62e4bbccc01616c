/** What the page shows of one turn: what the caller said and what the assistant did about it. */
import type { Timings } from "../generated/voice";
import type { ServerMessageOf } from "./wire";

export interface ToolView {
  name: string;
  state: ServerMessageOf<"tool">["state"];
  summary: string;
}

export interface TurnView {
  id: string;
  /** The caller's words; empty for the greeting. */
  said: string;
  saidFinal: boolean;
  tools: ToolView[];
  sentences: string[];
  /** All of the answer's words are there. */
  replied: boolean;
  interrupted: boolean;
  timings: Timings | null;
}

export function emptyTurn(id: string): TurnView {
  return {
    id,
    said: "",
    saidFinal: false,
    tools: [],
    sentences: [],
    replied: false,
    interrupted: false,
    timings: null,
  };
}

/** Ends the first running call of that name, or begins one. */
export function withTool(tools: ToolView[], message: ServerMessageOf<"tool">): ToolView[] {
  const { name, state, summary } = message;
  const running = tools.findIndex((tool) => tool.name === name && tool.state === "started");
  if (state === "started" || running < 0) return [...tools, { name, state, summary }];
  return tools.with(running, { name, state, summary: summary || (tools[running]?.summary ?? "") });
}

/** `create_todo` as a person would say it: "Create todo". */
export function toolTitle(name: string): string {
  const words = name.replaceAll(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
