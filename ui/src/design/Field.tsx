/** Fields of forms: a label above, help and what is wrong below, all tied to the field. */
import {
  NativeSelect,
  type NativeSelectProps,
  TextInput,
  type TextInputProps,
  UnstyledButton,
} from "@mantine/core";
import { useState } from "react";
import classes from "./Field.module.css";
import { EyeIcon, EyeOffIcon } from "./icons";

const LOOK = {
  size: "md",
  withAsterisk: false,
  inputWrapperOrder: ["label", "input", "description", "error"],
  classNames: {
    label: classes.label ?? "",
    input: classes.input ?? "",
    description: classes.help ?? "",
    error: classes.error ?? "",
    section: classes.section ?? "",
  },
} satisfies TextInputProps;

export function TextField(props: TextInputProps) {
  return <TextInput {...LOOK} {...props} />;
}

/** A native list: every keyboard, phone and reader knows how to choose from it. */
export function ChoiceField(props: NativeSelectProps) {
  return <NativeSelect {...LOOK} {...props} />;
}

interface SecretFieldProps extends TextInputProps {
  /** What the button shows and hides. */
  what: string;
}

/** A field whose content is hidden until asked for. */
export function SecretField({ what, ...props }: SecretFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <TextInput
      {...LOOK}
      {...props}
      type={shown ? "text" : "password"}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      rightSectionWidth={48}
      rightSection={
        <UnstyledButton
          type="button"
          className={classes.show}
          aria-label={`Show ${what}`}
          aria-pressed={shown}
          onClick={() => {
            setShown(!shown);
          }}
        >
          {shown ? <EyeOffIcon /> : <EyeIcon />}
        </UnstyledButton>
      }
    />
  );
}
