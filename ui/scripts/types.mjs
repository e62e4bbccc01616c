// Writes src/generated/*.ts from the schemas of the server's models; `--check` only compares.
import { readFile, writeFile } from "node:fs/promises";
import { compile } from "json-schema-to-typescript";
import { format, resolveConfig } from "prettier";

const SCHEMAS = [
  { name: "voice", title: "VoiceMessages", models: "convonet/contracts/voice.py" },
  { name: "accounts", title: "Accounts", models: "api/accounts/models.py", forms: true },
];
const folder = new URL("../src/generated/", import.meta.url);
const checking = process.argv.includes("--check");

for (const { name, ...about } of SCHEMAS) {
  const file = new URL(`${name}.ts`, folder);
  const schema = JSON.parse(await readFile(new URL(`${name}.schema.json`, folder), "utf8"));
  const types = await rendered(schema, about, file.pathname);
  if (!checking) {
    await writeFile(file, types);
  } else if ((await readFile(file, "utf8").catch(() => "")) !== types) {
    console.error(`src/generated/${name}.ts is out of date: run \`npm run types\`.`);
    process.exitCode = 1;
  }
}

async function rendered(schema, { title, models, forms = false }, path) {
  const limits = forms ? limitsOf(schema.$defs) : "";
  const source = await compile(schema, title, {
    additionalProperties: false,
    bannerComment: `// Generated from ${models} by \`npm run types\`. Do not edit.`,
    format: false,
    unreachableDefinitions: true,
  });
  // The generator's remark on where each type came from says nothing a reader needs.
  const plain = source.replaceAll(
    /\n \*( *\n \*)? This interface was referenced by .*\n.*"\./g,
    "",
  );
  const config = await resolveConfig(path);
  return await format(plain.replaceAll(/\/\*\*\n \*\/\n/g, "") + limits, {
    ...config,
    parser: "typescript",
  });
}

// What texts the server takes, by model and field, for forms that say so before it does.
function limitsOf(models) {
  const limits = {};
  for (const [model, { properties = {} }] of Object.entries(models)) {
    const fields = Object.entries(properties).map(([field, schema]) => {
      const { minLength, maxLength, pattern } =
        schema.anyOf?.find(({ type }) => type === "string") ?? schema;
      return [field, { shortest: minLength, longest: maxLength, pattern }];
    });
    const limited = fields.filter(([, limit]) => Object.values(limit).some(Boolean));
    if (limited.length > 0) limits[model] = Object.fromEntries(limited);
  }
  return `
/** What texts the server takes, by model and field; lengths in characters. */
export const LIMITS = ${JSON.stringify(limits)} as const;
`;
}
