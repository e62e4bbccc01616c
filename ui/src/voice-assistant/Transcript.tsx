/** The conversation as it happens. */
import { useEffect, useRef } from "react";
import { BellIcon, GaugeIcon } from "../design/icons";
import type { CallView } from "../voice/callState";
import classes from "./Transcript.module.css";
import { Turn } from "./Turn";

interface TranscriptProps {
  view: CallView;
  timings: boolean;
  onToggleTimings: () => void;
}

/** Nearer to the end than this, in pixels, the transcript follows what is new. */
const FOLLOW_WITHIN = 80;

export function Transcript({ view, timings, onToggleTimings }: TranscriptProps) {
  const list = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    const element = list.current;
    if (element && follows.current) element.scrollTop = element.scrollHeight;
  }, [view.entries, view.unconfirmed, timings]);
  const empty = view.entries.length === 0 && view.unconfirmed.length === 0;
  return (
    <div className={classes.transcript}>
      <div className={classes.head}>
        <h2 className={classes.title}>Conversation</h2>
        <button
          type="button"
          className={classes.toggle}
          aria-pressed={timings}
          onClick={onToggleTimings}
        >
          <GaugeIcon size={16} /> Timings
        </button>
      </div>
      {/* Scrollable by keyboard, so it must be reachable by keyboard. */}
      <div
        ref={list}
        className={classes.list}
        role="region"
        aria-label="Transcript"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scroll area
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          follows.current = scrollHeight - scrollTop - clientHeight < FOLLOW_WITHIN;
        }}
      >
        {empty && <Empty />}
        {view.entries.map((entry) =>
          entry.kind === "turn" ? (
            <Turn key={entry.key} turn={entry.turn} timings={timings} />
          ) : (
            <p key={entry.key} className={classes.notice}>
              <BellIcon size={16} /> {entry.text}
            </p>
          ),
        )}
        {view.unconfirmed.map((text, index) => (
          <p key={index} className={classes.unconfirmed}>
            {text}
          </p>
        ))}
      </div>
    </div>
  );
}

function Empty() {
  return (
    <div className={classes.empty}>
      <p>What you and the assistant say appears here.</p>
      <p>Try</p>
      <ul>
        <li>“Create a high priority todo to review the quarterly report”</li>
        <li>“Show me all my pending todos”</li>
        <li>“Remind me to call the bank tomorrow at nine”</li>
      </ul>
    </div>
  );
}
