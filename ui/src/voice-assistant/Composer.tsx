/** Type instead of talking. */
import { ActionIcon } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { SendIcon } from "../design/icons";
import classes from "./Composer.module.css";

interface ComposerProps {
  disabled: boolean;
  onSay: (text: string) => void;
}

const LONGEST = 2_000;

export function Composer({ disabled, onSay }: ComposerProps) {
  const [text, setText] = useState("");
  const words = text.trim();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!words || disabled) return;
    onSay(words);
    setText("");
  };
  return (
    <form className={classes.composer} onSubmit={submit} aria-label="Type instead">
      <input
        className={classes.input}
        aria-label="Type instead of talking"
        placeholder={disabled ? "The call is not connected" : "Type instead of talking"}
        autoComplete="off"
        enterKeyHint="send"
        maxLength={LONGEST}
        value={text}
        disabled={disabled}
        onChange={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      <ActionIcon
        className={classes.send}
        type="submit"
        size={40}
        radius="xl"
        aria-label="Send"
        disabled={disabled || !words}
      >
        <SendIcon size={20} />
      </ActionIcon>
    </form>
  );
}
