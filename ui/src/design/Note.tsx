/** A line that needs attention. */
import { type ReactNode } from "react";
import classes from "./Note.module.css";

interface NoteProps {
  tone: "plain" | "good" | "warn" | "bad";
  icon: ReactNode;
  text: string;
  urgent?: boolean;
  children?: ReactNode;
}

export function Note({ tone, icon, text, urgent = false, children }: NoteProps) {
  return (
    <div className={classes.note} data-tone={tone} role={urgent ? "alert" : "status"}>
      <span className={classes.icon}>{icon}</span>
      <span className={classes.text}>{text}</span>
      {children}
    </div>
  );
}
