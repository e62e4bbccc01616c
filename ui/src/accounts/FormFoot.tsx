/** The end of a form: what is wrong with the whole, and the button that sends it. */
import { Button, Loader, VisuallyHidden } from "@mantine/core";
import { CheckIcon } from "../design/icons";
import { useSecondsUntil } from "../design/useSecondsUntil";
import type { SubmissionView } from "../session/submission";
import classes from "./Account.module.css";

const MINUTE_S = 60;

interface FormFootProps {
  view: SubmissionView<string>;
  action: string;
  /** What is going on meanwhile, such as "Saving". */
  acting: string;
  done?: string;
  wide?: boolean;
}

export function FormFoot({ view, action, acting, done = "", wide = false }: FormFootProps) {
  const wait = useSecondsUntil(view.retryAt);
  const sending = view.phase === "sending";
  const blocked = sending || wait > 0;
  return (
    <div>
      <p className={classes.message} role="alert">
        {view.message}
      </p>
      <div className={classes.foot} data-wide={wide}>
        {/* Not `disabled`, which would drop the focus. */}
        <Button
          type="submit"
          size="md"
          radius="xl"
          fullWidth={wide}
          aria-disabled={blocked}
          data-disabled={wait > 0}
          className={classes.send}
          leftSection={sending && <Loader size={16} color="currentColor" aria-hidden="true" />}
        >
          {wait > 0 ? `Try again in ${span(wait)}` : sending ? `${acting}…` : action}
        </Button>
        <span className={classes.outcome} role="status">
          {sending && <VisuallyHidden>{acting}…</VisuallyHidden>}
          {view.slow && "This takes longer than usual…"}
          {view.phase === "done" && done && (
            <span className={classes.done}>
              <CheckIcon size={18} />
              {done}
            </span>
          )}
        </span>
      </div>
    </div>
  );
}

/** "42 s", and "14:03" of minutes. */
function span(seconds: number): string {
  if (seconds < MINUTE_S) return `${seconds} s`;
  const rest = String(seconds % MINUTE_S).padStart(2, "0");
  return `${Math.floor(seconds / MINUTE_S)}:${rest}`;
}
