/** Choosing a time zone, and what a clock there shows. */
import type { ChangeEvent } from "react";
import { useEffect, useState } from "react";
import { ChoiceField } from "../design/Field";
import { browserTimeZone, clockIn, zoneGroups } from "../session/timeZones";

const MINUTE_MS = 60_000;

interface TimeZoneFieldProps {
  name: string;
  value: string;
  error: string | undefined;
  onChange: (event: ChangeEvent<HTMLSelectElement>) => void;
}

export function TimeZoneField({ value, ...field }: TimeZoneFieldProps) {
  // Those that must be in the list are known when it is first shown.
  const [groups] = useState(() => zoneGroups([value, browserTimeZone()]));
  const now = useMinute();
  return (
    <ChoiceField
      {...field}
      label="Time zone"
      description={`It is ${clockIn(value, now)} there. “Tomorrow at 2” means that clock.`}
      value={value}
    >
      {groups.map(({ region, zones }) => (
        <optgroup key={region} label={region}>
          {zones.map(({ name, city }) => (
            <option key={name} value={name}>
              {city}
            </option>
          ))}
        </optgroup>
      ))}
    </ChoiceField>
  );
}

function useMinute(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const tick = setInterval(() => {
      setNow(new Date());
    }, MINUTE_MS);
    return () => {
      clearInterval(tick);
    };
  }, []);
  return now;
}
