/** Tells a screen reader what the eye sees: words politely, problems at once. */
import { VisuallyHidden } from "@mantine/core";
import type { Entry } from "../voice/callState";
import type { VoiceSnapshot } from "../voice/voiceCall";
import { toolTitle } from "../voice/turnView";
import { TALK_WORDS, talkDetail, type TalkState, talkState } from "./talkState";

interface AnnouncerProps {
  snapshot: VoiceSnapshot;
}

export function Announcer({ snapshot }: AnnouncerProps) {
  const { call, link } = snapshot;
  const lines = call.entries.slice(-3).flatMap(linesOf);
  const state = talkState(snapshot);
  const urgent = urgentWords(state, snapshot);
  const said = link === "signed_out" || link === "signing_in" ? "" : TALK_WORDS[state];
  return (
    <VisuallyHidden>
      <div role="log" aria-live="polite" aria-relevant="additions" aria-label="Spoken words">
        {lines.map(({ key, text }) => (
          <p key={key}>{text}</p>
        ))}
      </div>
      <div role="status">{state === "ended" || state === "connecting" ? said : ""}</div>
      <div role="alert">{urgent}</div>
    </VisuallyHidden>
  );
}

function urgentWords(state: TalkState, snapshot: VoiceSnapshot): string {
  if (state === "reconnecting") return "The connection was lost. Reconnecting.";
  return state === "busy" ? talkDetail(state, snapshot) : "";
}

interface Line {
  key: string;
  text: string;
}

function linesOf(entry: Entry): Line[] {
  if (entry.kind === "notice") return [{ key: entry.key, text: entry.text }];
  const { turn } = entry;
  const said = turn.said && turn.saidFinal ? [`You: ${turn.said}`] : [];
  const tools = turn.tools
    .filter(({ state }) => state !== "started")
    .map(({ name, state, summary }) => `${toolTitle(name)} ${state}. ${summary}`);
  const replies = turn.sentences.map((sentence) => `Assistant: ${sentence}`);
  return [...said, ...tools, ...replies].map((text, index) => ({
    key: `${entry.key}-${index}-${text}`,
    text,
  }));
}
