// Writes src/generated/voice.ts from the schema of the server's models; `--check` only compares.
import { readFile, writeFile } from "node:fs/promises";
import { compile } from "json-schema-to-typescript";
import { format, resolveConfig } from "prettier";

const schemaFile = new URL("../src/generated/voice.schema.json", import.meta.url);
const typesFile = new URL("../src/generated/voice.ts", import.meta.url);

const schema = JSON.parse(await readFile(schemaFile, "utf8"));
const source = await compile(schema, "VoiceMessages", {
  additionalProperties: false,
  bannerComment: "// Generated from convonet/contracts/voice.py by `npm run types`. Do not edit.",
  format: false,
  unreachableDefinitions: true,
});
const config = await resolveConfig(typesFile.pathname);
// The generator's remark on where each type came from says nothing a reader needs.
const plain = source.replaceAll(/\n \*( *\n \*)? This interface was referenced by .*\n.*"\./g, "");
const types = await format(plain.replaceAll(/\/\*\*\n \*\/\n/g, ""), {
  ...config,
  parser: "typescript",
});

if (process.argv.includes("--check")) {
  const present = await readFile(typesFile, "utf8").catch(() => "");
  if (present !== types) {
    console.error("src/generated/voice.ts is out of date: run `npm run types`.");
    process.exit(1);
  }
} else {
  await writeFile(typesFile, types);
}
