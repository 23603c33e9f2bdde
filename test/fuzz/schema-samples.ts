import { join } from "node:path"
import type { Raw } from "../support/engine/wire.ts"

/** The parts of a Pulumi package schema that say what inputs a resource takes. */
export interface Schema {
  readonly resources: Readonly<Record<string, { readonly inputProperties?: Properties }>>
  readonly types?: Readonly<Record<string, { readonly properties?: Properties }>>
}
type Properties = Readonly<Record<string, Kind>>
interface Kind {
  readonly type?: string
  readonly $ref?: string
  readonly items?: Kind
  readonly additionalProperties?: Kind
  readonly oneOf?: readonly Kind[]
}

const names: Readonly<Record<string, unknown>> = {
  ...{
    host: "local",
    at: "local",
    from: "local",
    format: "dotenv",
    locator: "OPENCLAW_GATEWAY_TOKEN",
    must: "nothing",
  },
  ...{ product: "openclaw", manager: "process", role: "gateway", how: "restart", generation: 1, rotation: 1, keep: 3 },
  ...{ port: 18_789, fingerprint: "fp:1f3a9c07", token: "token", variable: "OPENCLAW_GATEWAY_TOKEN", mode: "token" },
  ...{ lifetime: "30d", domain: "home", address: "127.0.0.1", name: "x" },
}

/** Creates inputs of a resource from its schema: each property of its kind. */
export function sampleOf(schema: Schema, type: string, folder: string): Raw {
  const { inputProperties = {} } = schema.resources[type] ?? {}
  return sampleOfAll(inputProperties, schema, folder, 0)
}

function sampleOfAll(properties: Properties, schema: Schema, folder: string, depth: number): Raw {
  return Object.fromEntries(
    Object.entries(properties).map(([name, kind]) => [name, sampleOfKind(name, kind, schema, folder, depth)]),
  )
}

function sampleOfKind(name: string, kind: Kind, schema: Schema, folder: string, depth: number): unknown {
  if (/path|file|folder|home/i.test(name) && kind.type === "string") return join(folder, "x")
  if (name in names && kind.type === (Number.isInteger(names[name]) ? kind.type : "string")) return names[name]
  if (depth > 4) return null
  const [first] = kind.oneOf ?? []
  if (first) return sampleOfKind(name, first, schema, folder, depth + 1)
  if (kind.items) return [sampleOfKind(name, kind.items, schema, folder, depth + 1)]
  if (kind.additionalProperties)
    return { local: sampleOfKind(name, kind.additionalProperties, schema, folder, depth + 1) }
  const referred = kind.$ref?.replace("#/types/", "")
  if (referred) return sampleOfAll(schema.types?.[referred]?.properties ?? {}, schema, folder, depth + 1)
  return { string: "x", integer: 1, number: 1, boolean: false }[kind.type ?? ""] ?? {}
}
