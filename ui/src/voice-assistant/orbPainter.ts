/** Draws the orb: a soft sphere of moving light whose colours are the talk state. */
import type { TalkState } from "./talkState";

type Rgb = readonly [number, number, number];

interface Mood {
  /** Ground, two lights that move inside, and the glow. */
  colours: readonly [Rgb, Rgb, Rgb];
  /** How fast the lights move. */
  speed: number;
  /** How far the edge may swing with the sound. */
  swing: number;
}

const MOODS: Record<TalkState, Mood> = {
  connecting: {
    colours: [
      [92, 110, 140],
      [150, 168, 200],
      [196, 208, 228],
    ],
    speed: 0.6,
    swing: 0,
  },
  listening: {
    colours: [
      [9, 128, 126],
      [32, 190, 170],
      [150, 240, 214],
    ],
    speed: 0.35,
    swing: 0.07,
  },
  hearing: {
    colours: [
      [6, 140, 130],
      [40, 208, 178],
      [178, 250, 224],
    ],
    speed: 0.7,
    swing: 0.09,
  },
  thinking: {
    colours: [
      [86, 60, 210],
      [140, 108, 255],
      [216, 190, 255],
    ],
    speed: 1.7,
    swing: 0,
  },
  speaking: {
    colours: [
      [36, 82, 226],
      [70, 140, 255],
      [160, 214, 255],
    ],
    speed: 0.8,
    swing: 0.11,
  },
  reconnecting: {
    colours: [
      [176, 112, 22],
      [236, 170, 66],
      [255, 222, 160],
    ],
    speed: 0.9,
    swing: 0,
  },
  ending: {
    colours: [
      [106, 116, 134],
      [150, 160, 178],
      [196, 204, 218],
    ],
    speed: 0.6,
    swing: 0,
  },
  ended: {
    colours: [
      [106, 116, 134],
      [150, 160, 178],
      [196, 204, 218],
    ],
    speed: 0,
    swing: 0,
  },
  busy: {
    colours: [
      [176, 112, 22],
      [236, 170, 66],
      [255, 222, 160],
    ],
    speed: 0.3,
    swing: 0,
  },
  failed: {
    colours: [
      [106, 116, 134],
      [150, 160, 178],
      [196, 204, 218],
    ],
    speed: 0,
    swing: 0,
  },
};

const SETTLE_MS = 260;

export class OrbPainter {
  #mood: Mood = MOODS.connecting;
  #colours: Rgb[] = [...MOODS.connecting.colours];
  #swing = 0;
  #target = 0;
  #level = 0;
  #phase = 0;
  #last = 0;

  constructor(readonly context: CanvasRenderingContext2D) {}

  /** `at once`: without the slide from the colours before. */
  show(state: TalkState, atOnce: boolean): void {
    this.#mood = MOODS[state];
    if (!atOnce) return;
    this.#colours = [...this.#mood.colours];
    this.#level = this.#target = 0;
  }

  /** The loudness to move with, 0 to 1. */
  hear(level: number): void {
    this.#target = level;
  }

  paint(now: number): void {
    const elapsed = Math.min(64, now - this.#last);
    this.#last = now;
    this.#settle(elapsed);
    const { canvas } = this.context;
    const side = canvas.width;
    this.context.clearRect(0, 0, side, side);
    this.context.save();
    this.context.translate(side / 2, side / 2);
    const radius = side * 0.3 * (1 + 0.05 * this.#level + 0.012 * Math.sin(this.#phase * 1.7));
    this.#glow(radius);
    this.#rings(radius);
    this.#body(radius);
    this.context.restore();
  }

  #settle(elapsed: number): void {
    const ease = 1 - Math.exp(-elapsed / SETTLE_MS);
    this.#colours = this.#colours.map((colour, i) => mix(colour, this.#mood.colours[i], ease));
    this.#swing += (this.#mood.swing - this.#swing) * ease;
    const reach = this.#target > this.#level ? 45 : 180;
    this.#level += (this.#target - this.#level) * (1 - Math.exp(-elapsed / reach));
    this.#phase += (elapsed / 1000) * this.#mood.speed * (1 + this.#level);
  }

  #colour(index: number, alpha: number): string {
    const [r, g, b] = this.#colours[index] ?? [0, 0, 0];
    return `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)} / ${alpha})`;
  }

  #glow(radius: number): void {
    const reach = radius * (1.5 + 0.15 * this.#level);
    const glow = this.context.createRadialGradient(0, 0, radius * 0.7, 0, 0, reach);
    glow.addColorStop(0, this.#colour(1, 0.3 + 0.25 * this.#level));
    glow.addColorStop(0.5, this.#colour(1, 0.09 + 0.1 * this.#level));
    glow.addColorStop(1, this.#colour(1, 0));
    this.context.fillStyle = glow;
    this.context.fillRect(-reach, -reach, reach * 2, reach * 2);
  }

  #rings(radius: number): void {
    for (let ring = 1; ring <= 3; ring++) {
      const size = radius * (1 + ring * (0.07 + 0.1 * this.#level * (this.#swing > 0.01 ? 1 : 0)));
      this.context.beginPath();
      this.context.arc(0, 0, size, 0, Math.PI * 2);
      this.context.lineWidth = Math.max(1, radius * 0.008);
      this.context.strokeStyle = this.#colour(1, (0.34 - ring * 0.09) * (0.35 + this.#level));
      this.context.stroke();
    }
  }

  #body(radius: number): void {
    const { context } = this;
    context.beginPath();
    this.#edge(radius);
    context.save();
    context.clip();
    const ground = context.createLinearGradient(-radius, -radius, radius, radius);
    ground.addColorStop(0, this.#colour(1, 1));
    ground.addColorStop(1, this.#colour(0, 1));
    context.fillStyle = ground;
    context.fillRect(-radius * 1.4, -radius * 1.4, radius * 2.8, radius * 2.8);
    this.#light(radius, 0.9, 0, 2, 0.85);
    this.#light(radius, -0.7, 2.1, 0, 0.9);
    this.#light(radius, 0.55, 4.2, 2, 0.6);
    this.#light(radius, -1.1, 5.4, 1, 0.7);
    this.#sheen(radius);
    context.restore();
  }

  /** A closed wave around the sphere, as high as the sound is loud. */
  #edge(radius: number): void {
    const steps = 96;
    for (let step = 0; step <= steps; step++) {
      const angle = (step / steps) * Math.PI * 2;
      const wave =
        Math.sin(2 * angle + this.#phase * 2.3) * 0.3 +
        Math.sin(3 * angle + this.#phase * 3.1) * 0.25 +
        Math.sin(5 * angle - this.#phase * 4.3) * 0.25 +
        Math.sin(7 * angle + this.#phase * 5.9) * 0.12;
      const reach = radius * (1 + this.#swing * this.#level * wave * 0.45);
      this.context.lineTo(Math.cos(angle) * reach, Math.sin(angle) * reach);
    }
    this.context.closePath();
  }

  #light(radius: number, pace: number, offset: number, colour: number, alpha: number): void {
    const angle = this.#phase * pace + offset;
    const x = Math.cos(angle) * radius * 0.55;
    const y = Math.sin(angle * 1.3 + offset) * radius * 0.5;
    const light = this.context.createRadialGradient(x, y, 0, x, y, radius * 0.95);
    light.addColorStop(0, this.#colour(colour, alpha));
    light.addColorStop(1, this.#colour(colour, 0));
    this.context.fillStyle = light;
    this.context.fillRect(-radius * 1.4, -radius * 1.4, radius * 2.8, radius * 2.8);
  }

  #sheen(radius: number): void {
    const x = -radius * 0.34;
    const y = -radius * 0.42;
    const sheen = this.context.createRadialGradient(x, y, 0, x, y, radius * 0.95);
    sheen.addColorStop(0, "rgb(255 255 255 / 0.42)");
    sheen.addColorStop(0.25, "rgb(255 255 255 / 0.22)");
    sheen.addColorStop(0.55, "rgb(255 255 255 / 0.06)");
    sheen.addColorStop(1, "rgb(255 255 255 / 0)");
    this.context.fillStyle = sheen;
    this.context.fillRect(-radius * 1.4, -radius * 1.4, radius * 2.8, radius * 2.8);
    const shade = this.context.createRadialGradient(0, 0, radius * 0.72, 0, 0, radius * 1.12);
    shade.addColorStop(0, this.#colour(0, 0));
    shade.addColorStop(1, this.#colour(0, 0.55));
    this.context.fillStyle = shade;
    this.context.fillRect(-radius * 1.4, -radius * 1.4, radius * 2.8, radius * 2.8);
  }
}

function mix(from: Rgb, to: Rgb | undefined, part: number): Rgb {
  if (!to) return from;
  return [
    from[0] + (to[0] - from[0]) * part,
    from[1] + (to[1] - from[1]) * part,
    from[2] + (to[2] - from[2]) * part,
  ];
}
