/** Time zones as a list to choose from. */

export interface ZoneGroup {
  region: string;
  zones: { name: string; city: string }[];
}

/** Where this browser believes to be. */
export function browserTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Every zone the browser knows, and those that must be in the list in any case, by region. */
export function zoneGroups(also: readonly string[]): ZoneGroup[] {
  const names = new Set(["UTC", ...also, ...Intl.supportedValuesOf("timeZone")]);
  const groups = new Map<string, ZoneGroup>();
  for (const name of [...names].filter(Boolean).sort()) {
    const [region, city] = split(name);
    const group = groups.get(region) ?? { region, zones: [] };
    group.zones.push({ name, city });
    groups.set(region, group);
  }
  return [...groups.values()];
}

/** "America/Argentina/La_Rioja" is "La Rioja, Argentina" in "America". */
function split(name: string): [region: string, city: string] {
  const [region = "", ...places] = name.replaceAll("_", " ").split("/");
  return places.length > 0 ? [region, places.reverse().join(", ")] : ["Other", region];
}

/** What a clock there shows, such as "Sun 14:05". */
export function clockIn(zone: string, now: Date): string {
  const shown = { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(undefined, shown).format(now);
}
