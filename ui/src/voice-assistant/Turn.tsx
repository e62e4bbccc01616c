/** One turn: the caller's words, the tools, the answer, and where the time went. */
import { CheckIcon, CrossIcon } from "../design/icons";
import { type ToolView, toolTitle, type TurnView } from "../voice/turnView";
import { TimingsBar } from "./TimingsBar";
import classes from "./Turn.module.css";

interface TurnProps {
  turn: TurnView;
  timings: boolean;
}

export function Turn({ turn, timings }: TurnProps) {
  return (
    <article className={classes.turn}>
      {turn.said && (
        <p className={classes.said} data-provisional={!turn.saidFinal}>
          {turn.said}
        </p>
      )}
      {turn.tools.length > 0 && (
        <ul className={classes.tools} aria-label="Tools">
          {turn.tools.map((tool, index) => (
            <ToolChip key={index} tool={tool} />
          ))}
        </ul>
      )}
      {turn.sentences.length > 0 && (
        <p className={classes.reply} data-interrupted={turn.interrupted}>
          {turn.sentences.map((sentence, index) => (
            <span key={index} className={classes.sentence}>
              {sentence}{" "}
            </span>
          ))}
          {turn.interrupted && <span className={classes.cut}>interrupted</span>}
        </p>
      )}
      {timings && turn.timings && turn.timings.total > 0 && <TimingsBar timings={turn.timings} />}
    </article>
  );
}

const TOOL_STATES: Record<ToolView["state"], string> = {
  started: "running",
  succeeded: "done",
  failed: "failed",
};

function ToolChip({ tool }: { tool: ToolView }) {
  return (
    <li className={classes.tool} data-state={tool.state}>
      <span className={classes.toolMark}>
        {tool.state === "succeeded" && <CheckIcon size={14} />}
        {tool.state === "failed" && <CrossIcon size={14} />}
        {tool.state === "started" && <span className={classes.spinner} />}
      </span>
      <span className={classes.toolName}>{toolTitle(tool.name)}</span>
      <span className={classes.toolSummary}>{tool.summary || TOOL_STATES[tool.state]}</span>
    </li>
  );
}
