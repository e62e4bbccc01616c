/** The orb: a canvas that breathes with whoever speaks. Decoration: the word beside it says it all. */
import { useReducedMotion } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import classes from "./Orb.module.css";
import { OrbPainter } from "./orbPainter";
import type { TalkState } from "./talkState";

interface OrbProps {
  state: TalkState;
  voice: { readonly levels: { caller: number; assistant: number } };
}

export function Orb({ state, voice }: OrbProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<OrbPainter>(null);
  const still = useReducedMotion();

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    const orb = new OrbPainter(context);
    painter.current = orb;
    const observer = new ResizeObserver(([entry]) => {
      const side = entry?.contentRect.width ?? 0;
      const density = Math.min(window.devicePixelRatio, 2);
      element.width = element.height = Math.max(1, Math.round(side * density));
      orb.paint(performance.now());
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);

  useEffect(() => {
    const orb = painter.current;
    if (!orb) return;
    orb.show(state, still);
    let frame = 0;
    const draw = (now: number) => {
      const { caller, assistant } = voice.levels;
      orb.hear(state === "speaking" ? assistant : caller);
      orb.paint(now);
      frame = requestAnimationFrame(draw);
    };
    if (still) orb.paint(performance.now());
    else frame = requestAnimationFrame(draw);
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [state, still, voice]);

  return (
    <div className={classes.frame}>
      <canvas ref={canvas} className={classes.canvas} aria-hidden="true" />
    </div>
  );
}
