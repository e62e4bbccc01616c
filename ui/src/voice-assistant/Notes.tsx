/** What needs the caller's attention: no microphone, no sound, a transfer, an error. */
import { Button } from "@mantine/core";
import { CrossIcon, HumanIcon, MutedIcon, SoundIcon, WarningIcon } from "../design/icons";
import { Note } from "../design/Note";
import { BUSY, type TransferView } from "../voice/callState";
import type { VoiceCall, VoiceSnapshot } from "../voice/voiceCall";
import { microphoneWords } from "./microphoneWords";
import classes from "./Notes.module.css";
import { transferTone, transferWords } from "./transferWords";

interface NotesProps {
  call: VoiceCall;
  snapshot: VoiceSnapshot;
}

export function Notes({ call, snapshot }: NotesProps) {
  const { call: view, link, microphone, silenced } = snapshot;
  const over = link === "ended";
  const words = microphoneWords(microphone);
  return (
    <div className={classes.notes}>
      {link === "signed_in" && microphone === "asking" && (
        <Note tone="plain" icon={<MutedIcon />} text="Allow the microphone, or type instead.">
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              call.startWithoutMicrophone();
            }}
          >
            Continue without
          </Button>
        </Note>
      )}
      {silenced && !over && (
        <Note tone="warn" icon={<SoundIcon />} text="Your browser keeps this page silent.">
          <Button
            size="xs"
            onClick={() => {
              void call.unlockSound();
            }}
          >
            Turn sound on
          </Button>
        </Note>
      )}
      {words && !over && (
        <Note tone="warn" icon={<MutedIcon />} text={words}>
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              void call.retryMicrophone();
            }}
          >
            Try again
          </Button>
        </Note>
      )}
      {view.transfer && !over && <TransferNote call={call} transfer={view.transfer} />}
      {view.error && view.error.code !== BUSY && (
        <Note tone="bad" icon={<WarningIcon />} text={view.error.message} urgent>
          <Dismiss
            onClick={() => {
              call.dismissError();
            }}
          />
        </Note>
      )}
    </div>
  );
}

function TransferNote({ call, transfer }: { call: VoiceCall; transfer: TransferView }) {
  const settled = transfer.state === "failed" || transfer.state === "returned";
  return (
    <Note tone={transferTone(transfer)} icon={<HumanIcon />} text={transferWords(transfer)}>
      {settled && (
        <Dismiss
          onClick={() => {
            call.dismissTransfer();
          }}
        />
      )}
    </Note>
  );
}

function Dismiss({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" className={classes.dismiss} aria-label="Dismiss" onClick={onClick}>
      <CrossIcon size={16} />
    </button>
  );
}
