/** The big talk state: the orb, the word, and what is being said. */
import type { VoiceCall, VoiceSnapshot } from "../voice/voiceCall";
import { Orb } from "./Orb";
import classes from "./Stage.module.css";
import { TALK_WORDS, talkDetail, talkState } from "./talkState";

interface StageProps {
  call: VoiceCall;
  snapshot: VoiceSnapshot;
}

export function Stage({ call, snapshot }: StageProps) {
  const state = talkState(snapshot);
  const provisional = state === "hearing";
  return (
    <div className={classes.stage} data-state={state}>
      <Orb state={state} voice={call} />
      <div className={classes.words}>
        <h1 className={classes.word} data-testid="talk-state">
          {TALK_WORDS[state]}
        </h1>
        {/* Read out by the announcer, in order and once. */}
        <p className={classes.detail} data-provisional={provisional} aria-hidden="true">
          {talkDetail(state, snapshot)}
        </p>
      </div>
    </div>
  );
}
