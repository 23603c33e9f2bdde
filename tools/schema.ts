import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { outputJsonSchemas } from "./output-json-schemas.ts"
import { stackJsonSchema } from "./stack-json-schema.ts"

/** Writes the JSON Schemas of a stack's file and of what commands print, which tests hold against the sources. */
const folder = join(import.meta.dirname, "../schema")
mkdirSync(folder, { recursive: true })
for (const [name, schema] of Object.entries({ stack: stackJsonSchema(), ...outputJsonSchemas }))
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(schema, null, 2)}\n`)
