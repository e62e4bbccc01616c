/** Where a turn's time went: a small stacked bar and its numbers. */
import type { Timings } from "../generated/voice";
import { durationWords, STAGES } from "./stages";
import classes from "./TimingsBar.module.css";

interface TimingsBarProps {
  timings: Timings;
}

export function TimingsBar({ timings }: TimingsBarProps) {
  const stages = STAGES.filter(({ key }) => timings[key] > 0);
  return (
    <div className={classes.timings} data-testid="timings">
      <p className={classes.total}>
        <strong>{durationWords(timings.total)}</strong> from your last word to the first sound
      </p>
      <div className={classes.bar} aria-hidden="true">
        {stages.map(({ key, colour }) => (
          <span key={key} style={{ flexGrow: timings[key], background: colour }} />
        ))}
      </div>
      <dl className={classes.legend}>
        {stages.map(({ key, name, colour }) => (
          <div key={key} className={classes.stage}>
            <dt>
              <span className={classes.swatch} style={{ background: colour }} />
              {name}
            </dt>
            <dd>{durationWords(timings[key])}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
