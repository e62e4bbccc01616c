import { useEffect, useState } from "react";

/** Whole seconds from now until a Unix time in ms, counted down; 0 once it has passed. */
export function useSecondsUntil(time: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (time <= Date.now()) return;
    const tick = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= time) clearInterval(tick);
    }, 250);
    return () => {
      clearInterval(tick);
    };
  }, [time]);
  return Math.max(0, Math.ceil((time - now) / 1000));
}
