/** The masked PIN: a real input under drawn dots, so that keyboard, paste and readers just work. */
import { type Ref } from "react";
import { PIN_LONGEST, PIN_SHORTEST } from "./pin";
import classes from "./PinField.module.css";

interface PinFieldProps {
  ref: Ref<HTMLInputElement>;
  pin: string;
  wrong: boolean;
  disabled: boolean;
  describedBy: string;
  onChange: (text: string) => void;
}

export function PinField({ ref, pin, wrong, disabled, describedBy, onChange }: PinFieldProps) {
  return (
    <div className={classes.field} data-wrong={wrong}>
      <div className={classes.slots} aria-hidden="true">
        {Array.from({ length: PIN_LONGEST }, (_, index) => (
          <span
            key={index}
            className={classes.slot}
            data-filled={index < pin.length}
            data-optional={index >= PIN_SHORTEST}
          />
        ))}
      </div>
      <input
        ref={ref}
        className={classes.input}
        type="password"
        // The keypad on the page is the keyboard: the phone's own would hide it.
        inputMode="none"
        autoComplete="off"
        aria-label="Voice PIN, 4 to 6 digits"
        aria-describedby={describedBy}
        aria-invalid={wrong}
        value={pin}
        readOnly={disabled}
        onChange={(event) => {
          onChange(event.currentTarget.value);
        }}
      />
    </div>
  );
}
