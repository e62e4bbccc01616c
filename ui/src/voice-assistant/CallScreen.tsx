/** A call: the talk state on one side, the conversation on the other. */
import { useState } from "react";
import type { VoiceCall, VoiceSnapshot } from "../voice/voiceCall";
import { CallFacts } from "./CallFacts";
import classes from "./CallScreen.module.css";
import { Composer } from "./Composer";
import { Controls } from "./Controls";
import { Notes } from "./Notes";
import { Stage } from "./Stage";
import { Transcript } from "./Transcript";

interface CallScreenProps {
  call: VoiceCall;
  snapshot: VoiceSnapshot;
}

export function CallScreen({ call, snapshot }: CallScreenProps) {
  const [timings, setTimings] = useState(false);
  const live = snapshot.link === "in_call" || snapshot.link === "reconnecting";
  return (
    <div className={classes.screen}>
      <section className={classes.stage} aria-label="Call">
        <Stage call={call} snapshot={snapshot} />
        <Notes call={call} snapshot={snapshot} />
        <Controls call={call} snapshot={snapshot} />
        <CallFacts view={snapshot.call} />
      </section>
      <section className={classes.conversation} aria-label="Conversation">
        <Transcript
          view={snapshot.call}
          timings={timings}
          onToggleTimings={() => {
            setTimings(!timings);
          }}
        />
        <Composer
          disabled={!live}
          onSay={(text) => {
            call.say(text);
          }}
        />
      </section>
    </div>
  );
}
