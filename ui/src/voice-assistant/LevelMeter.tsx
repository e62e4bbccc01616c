/** How loud the microphone is, as bars. Writes styles while drawing: no React render per frame. */
import { useEffect, useRef } from "react";
import classes from "./LevelMeter.module.css";

const BARS = 5;

interface LevelMeterProps {
  voice: { readonly levels: { caller: number } };
}

export function LevelMeter({ voice }: LevelMeterProps) {
  const meter = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let frame = 0;
    let shown = -1;
    const draw = () => {
      const lit = Math.round(voice.levels.caller * BARS);
      if (lit !== shown && meter.current) {
        shown = lit;
        meter.current.dataset.lit = String(lit);
        [...meter.current.children].forEach((bar, index) => {
          bar.toggleAttribute("data-lit", index < lit);
        });
      }
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [voice]);
  return (
    <span ref={meter} className={classes.meter} data-testid="microphone-level" aria-hidden="true">
      {Array.from({ length: BARS }, (_, index) => (
        <span key={index} className={classes.bar} />
      ))}
    </span>
  );
}
