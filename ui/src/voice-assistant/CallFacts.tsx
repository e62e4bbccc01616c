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
  return (
    <div className={classes.provider}>
      <dt>{part}</dt>
      <dd>{name}</dd>
    </div>
  );
}
