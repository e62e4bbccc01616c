/** On-screen digits. */
import { UnstyledButton } from "@mantine/core";
import { BackspaceIcon } from "../design/icons";
import classes from "./Keypad.module.css";

interface KeypadProps {
  disabled: boolean;
  onDigit: (digit: string) => void;
  onBackspace: () => void;
}

export function Keypad({ disabled, onDigit, onBackspace }: KeypadProps) {
  const key = (digit: string) => (
    <UnstyledButton
      key={digit}
      type="button"
      className={classes.key}
      disabled={disabled}
      onClick={() => {
        onDigit(digit);
      }}
    >
      {digit}
    </UnstyledButton>
  );
  return (
    <div className={classes.keypad} role="group" aria-label="Keypad">
      {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(key)}
      <span />
      {key("0")}
      <UnstyledButton
        type="button"
        className={classes.key}
        disabled={disabled}
        aria-label="Delete the last digit"
        data-quiet
        onClick={onBackspace}
      >
        <BackspaceIcon size={24} />
      </UnstyledButton>
    </div>
  );
}
