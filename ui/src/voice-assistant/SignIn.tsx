/** Sign-in by voice PIN. The click on its button is also what lets the page make sound. */
import { Button } from "@mantine/core";
import { type SubmitEvent, useEffect, useId, useRef, useState } from "react";
import type { VoiceCall, VoiceSnapshot } from "../voice/voiceCall";
import { PinField } from "./PinField";
import { Orb } from "./Orb";
import { Keypad } from "./Keypad";
import { cleanPin, PIN_SHORTEST, refusalWords } from "./pin";
import classes from "./SignIn.module.css";
import { useSecondsUntil } from "../design/useSecondsUntil";

interface SignInProps {
  call: VoiceCall;
  snapshot: VoiceSnapshot;
}

export function SignIn({ call, snapshot }: SignInProps) {
  const { link, refusal, problem } = snapshot;
  const [pin, setPin] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const errorId = useId();
  const wait = useSecondsUntil(refusal?.retryAt ?? 0);
  const busy = link === "signing_in";
  const error =
    problemWords(problem) ??
    (refusal && refusalWords(refusal.attemptsLeft, wait)) ??
    snapshot.call.error?.message;

  useEffect(() => {
    if (!busy) field.current?.focus();
  }, [busy]);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (pin.length < PIN_SHORTEST || busy || wait > 0) return;
    setPin("");
    call.signIn(pin);
  };

  return (
    <div className={classes.screen}>
      <form className={classes.card} onSubmit={submit} aria-label="Sign in">
        <div className={classes.orb}>
          <Orb state={busy ? "connecting" : "speaking"} voice={call} />
        </div>
        <h1 className={classes.title}>Talk to Convonet</h1>
        <p className={classes.lead}>Enter your voice PIN to start a call.</p>
        <PinField
          ref={field}
          pin={pin}
          wrong={Boolean(error) && pin === ""}
          disabled={busy}
          describedBy={errorId}
          onChange={(text) => {
            setPin(cleanPin(text));
          }}
        />
        <p id={errorId} className={classes.error} role="alert">
          {error}
        </p>
        <Keypad
          disabled={busy}
          onDigit={(digit) => {
            setPin((typed) => cleanPin(typed + digit));
          }}
          onBackspace={() => {
            setPin((typed) => typed.slice(0, -1));
          }}
        />
        <Button
          type="submit"
          size="lg"
          radius="xl"
          fullWidth
          loading={busy}
          disabled={pin.length < PIN_SHORTEST || wait > 0}
        >
          {wait > 0 ? `Try again in ${wait} s` : "Start talking"}
        </Button>
      </form>
      <p className={classes.foot}>
        Every call is kept safe: lose your connection or reload the page, and it goes on where it
        was.
      </p>
    </div>
  );
}

function problemWords(problem: VoiceSnapshot["problem"]): string | null {
  if (problem === "unreachable") return "Convonet cannot be reached right now. Please try again.";
  if (problem === "gone") return "That call is over. Sign in to start a new one.";
  if (problem === "elsewhere") return "Your call goes on in another tab or window.";
  return null;
}
