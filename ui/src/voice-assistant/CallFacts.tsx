/** Who hears, thinks and speaks on this call, and where to watch it. */
import { OutsideIcon } from "../design/icons";
import type { CallView } from "../voice/callState";
import classes from "./CallFacts.module.css";

interface CallFactsProps {
  view: CallView;
}

export function CallFacts({ view }: CallFactsProps) {
  const { providers, workflowUrl } = view;
  if (!providers) return <div className={classes.facts} />;
  return (
    <div className={classes.facts}>
      <dl className={classes.providers}>
        <Provider part="Hears" name={providers.stt} />
        <Provider part="Thinks" name={providers.llm} />
        <Provider part="Speaks" name={providers.tts} />
      </dl>
      {workflowUrl && (
        <a className={classes.link} href={workflowUrl} target="_blank" rel="noreferrer">
          Follow in Temporal <OutsideIcon size={16} />
        </a>
      )}
    </div>
  );
}

function Provider({ part, name }: { part: string; name: string }) {
  // "Whisper (on this machine)": where it runs is for those who have the room.
  const [, what, where] = /^(.*?)( \(.*\))?$/.exec(name) ?? [];
  return (
    <div className={classes.provider}>
      <dt>{part}</dt>
      <dd>
        {what}
        <span className={classes.where}>{where}</span>
      </dd>
    </div>
  );
}
