import { expect, test } from "vitest";
import { clockIn, zoneGroups } from "./timeZones";

test("zones are grouped by region and shown by city, each once", () => {
  const groups = zoneGroups(["Europe/Zurich"]);
  const europe = groups.find(({ region }) => region === "Europe");
  expect(europe?.zones.filter(({ name }) => name === "Europe/Zurich")).toEqual([
    { name: "Europe/Zurich", city: "Zurich" },
  ]);
  const america = groups.find(({ region }) => region === "America");
  expect(america?.zones).toContainEqual({
    name: "America/Argentina/La_Rioja",
    city: "La Rioja, Argentina",
  });
});

test("a zone only the server knows is in the list", () => {
  const other = zoneGroups(["Mars", ""]).find(({ region }) => region === "Other");
  expect(other?.zones.map(({ name }) => name)).toEqual(["Mars", "UTC"]);
});

test("a clock is shown as it is there", () => {
  const noon = new Date("2026-01-02T12:00:00Z");
  expect(clockIn("Asia/Kolkata", noon)).toMatch(/0?5:30/);
});
