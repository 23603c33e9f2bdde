import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { stackJsonSchema } from "./stack-json-schema.ts"

/** Writes the JSON Schema of a stack's file, which a test holds against the sources. */
const file = join(import.meta.dirname, "../schema/stack.json")
mkdirSync(dirname(file), { recursive: true })
writeFileSync(file, `${JSON.stringify(stackJsonSchema(), null, 2)}\n`)
