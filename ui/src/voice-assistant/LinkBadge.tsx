/** Who is signed in, and whether the line is up. */
import type { Link } from "../voice/link";
import type { VoiceSnapshot } from "../voice/voiceCall";
import classes from "./LinkBadge.module.css";

const LINE: Partial<Record<Link, [label: string, tone: string]>> = {
  signed_in: ["Connecting", "wait"],
  starting: ["Connecting", "wait"],
  in_call: ["On the line", "good"],
  reconnecting: ["Reconnecting", "wait"],
  ending: ["Hanging up", "wait"],
  ended: ["Call ended", "off"],
};

const NOT_CONNECTED: [label: string, tone: string] = ["Not connected", "off"];

interface LinkBadgeProps {
  snapshot: VoiceSnapshot;
}

export function LinkBadge({ snapshot }: LinkBadgeProps) {
  const refused = snapshot.link === "signed_in" && snapshot.call.error;
  const line = refused ? NOT_CONNECTED : LINE[snapshot.link];
  if (!line) return null;
  const [label, tone] = line;
  const name = snapshot.call.user?.name;
  return (
    <>
      <span className={classes.line} data-tone={tone}>
        {label}
      </span>
      {name && (
        <span className={classes.person}>
          <span className={classes.initials} aria-hidden="true">
            {initials(name)}
          </span>
          <span className={classes.name}>{name}</span>
        </span>
      )}
    </>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const ends = words.length > 1 ? [words.at(0), words.at(-1)] : words;
  return ends.map((word) => word?.charAt(0).toUpperCase()).join("");
}
