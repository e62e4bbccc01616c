/** What one can do in a call: mute, ask for a human, end it; and start another when it is over. */
import { Button, Tooltip } from "@mantine/core";
import { useEffect, useRef } from "react";
import { HangUpIcon, HumanIcon, MicrophoneIcon, MutedIcon } from "../design/icons";
import type { VoiceCall, VoiceSnapshot } from "../voice/voiceCall";
import classes from "./Controls.module.css";
import { LevelMeter } from "./LevelMeter";
import { talkState } from "./talkState";

interface ControlsProps {
  call: VoiceCall;
  snapshot: VoiceSnapshot;
}

export function Controls({ call, snapshot }: ControlsProps) {
  const state = talkState(snapshot);
  if (state === "busy") return <NewCall call={call} label="Try again" />;
  if (state === "ended" || state === "failed") return <NewCall call={call} label="New call" />;
  const live = snapshot.link === "in_call" || snapshot.link === "reconnecting";
  return (
    <div className={classes.controls} role="group" aria-label="Call controls">
      <MuteButton call={call} snapshot={snapshot} />
      <HumanButton call={call} snapshot={snapshot} />
      <Tooltip label="End the call">
        <button
          type="button"
          className={classes.round}
          data-tone="bad"
          disabled={!live}
          aria-label="End call"
          onClick={() => {
            call.hangUp();
          }}
        >
          <HangUpIcon size={24} />
        </button>
      </Tooltip>
    </div>
  );
}

function MuteButton({ call, snapshot }: ControlsProps) {
  const { microphone } = snapshot;
  const muted = microphone === "muted";
  const usable = muted || microphone === "live";
  return (
    <Tooltip label={muted ? "Unmute" : "Mute"} disabled={!usable}>
      <button
        type="button"
        className={classes.pill}
        aria-pressed={muted}
        data-on={muted}
        disabled={!usable}
        onClick={() => {
          call.toggleMute();
        }}
      >
        {usable && !muted ? <MicrophoneIcon size={22} /> : <MutedIcon size={22} />}
        <span className={classes.label}>{muteLabel(usable, muted)}</span>
        <LevelMeter voice={call} />
      </button>
    </Tooltip>
  );
}

function muteLabel(usable: boolean, muted: boolean): string {
  if (!usable) return "No microphone";
  return muted ? "Unmute" : "Mute";
}

const UNDER_WAY: ReadonlySet<string> = new Set(["initiated", "queued", "ringing", "connected"]);

function HumanButton({ call, snapshot }: ControlsProps) {
  const state = snapshot.call.transfer?.state ?? "";
  const underWay = UNDER_WAY.has(state);
  return (
    <button
      type="button"
      className={classes.pill}
      disabled={snapshot.link !== "in_call" || underWay}
      onClick={() => {
        call.askForHuman();
      }}
    >
      <HumanIcon size={22} />
      <span className={classes.label}>Talk to a human</span>
    </button>
  );
}

function NewCall({ call, label }: { call: VoiceCall; label: string }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    button.current?.focus();
  }, []);
  return (
    <div className={classes.controls}>
      <Button
        ref={button}
        size="lg"
        radius="xl"
        onClick={() => {
          call.newCall();
        }}
      >
        {label}
      </Button>
    </div>
  );
}
