import * as v from "valibot"
import { hookRules } from "../core/hook.ts"
import { roles } from "../products/product.ts"
import { didYouMean } from "./suggest.ts"
import * as is from "./values.ts"

/** A mapping with exactly these keys; every unknown one is told, with the nearest known. */
function strict<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries)
  const keys = `allowed: ${known.join(", ")}`
  return v.pipe(
    v.looseObject(entries, ({ path, input }) => {
      const missing = input === undefined && path ? entries[String(path[0].key)] : undefined
      return (
        (missing && v.getDescription(missing as v.GenericSchema)) ??
        `allowed: a mapping with the keys ${known.join(", ")}`
      )
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      const value = dataset.value as { [key: string]: unknown }
      if (typeof value !== "object" || value === null) return
      for (const key of Object.keys(value).filter((key) => !known.includes(key))) {
        const path = [{ type: "object" as const, origin: "key" as const, input: value, key, value: value[key] }]
        addIssue({ message: `no such key; ${didYouMean(key, known)}${keys}`, path: path as never })
      }
    }),
    v.description(`allowed: a mapping with the keys ${known.join(", ")}`),
  )
}

function list<const S extends v.GenericSchema>(item: S) {
  return v.exactOptional(v.array(item, "allowed: a list"))
}

function members<const S extends v.GenericSchema>(member: S) {
  const mapping = "allowed: a mapping from names"
  const isMapping = (input: unknown) => typeof input === "object" && input !== null && !Array.isArray(input)
  const named = v.custom<string>((input) => v.is(is.name, input), `allowed: names of ${is.nameRule}`)
  return v.pipe(v.custom<object>(isMapping, mapping), v.record(named, member, mapping), v.description(mapping))
}

interface Rule {
  /** The key that has to change. */
  readonly key: string
  readonly allowed: string | ((value: { readonly [key: string]: unknown }) => string)
  readonly broken: (value: { readonly [key: string]: unknown }) => boolean
}

/** A mapping with rules between its keys as well. */
function ruled<const S extends v.GenericSchema>(schema: S, ...rules: readonly Rule[]) {
  return v.pipe(
    schema,
    v.rawCheck(({ dataset, addIssue }) => {
      const value = dataset.value as { [key: string]: unknown }
      if (typeof value !== "object" || value === null) return
      for (const { key, allowed } of rules.filter((rule) => rule.broken(value))) {
        const path = [{ type: "object" as const, origin: "value" as const, input: value, key, value: value[key] }]
        const rule = typeof allowed === "string" ? allowed : allowed(value)
        addIssue({ message: `allowed: ${rule}`, input: value[key], path: path as never })
      }
    }),
  )
}

const place = strict({
  name: is.name,
  path: is.path,
  locator: is.words,
  format: v.exactOptional(is.format),
  must: v.exactOptional(is.oneOf(["token", "nothing"])),
  why: v.exactOptional(is.words),
  overwrite: v.exactOptional(is.flag),
})

const program = strict({
  command: v.pipe(
    v.array(is.words, "allowed: a list: the program (absolute, or starting with ~/ or ./) and its arguments"),
    v.check(([first]) => is.isProgram(first), "allowed: the program first: absolute, or starting with ~/ or ./"),
  ),
  environment: v.exactOptional(
    v.record(is.variable, is.words, "allowed: a mapping from variables to texts, none of them a secret"),
  ),
  environmentFile: v.exactOptional(is.path),
  folder: v.exactOptional(is.path),
  log: v.exactOptional(is.path),
  description: v.exactOptional(is.words),
  restartDelay: v.exactOptional(is.seconds),
})

const whereabouts = {
  host: is.host,
  home: v.exactOptional(is.home),
  product: v.exactOptional(is.product),
}

const member = {
  ...whereabouts,
  manager: is.manager,
  service: v.exactOptional(is.oneOf(["manage", "watch", "none"])),
  program: v.exactOptional(program),
  delivery: v.exactOptional(is.oneOf(["reference", "copy"])),
  profiles: list(is.path),
  dropIns: list(is.fileName),
  places: list(place),
  predecessor: v.exactOptional(is.flag),
  overwrite: v.exactOptional(is.flag),
}

const memberRules: readonly Rule[] = [
  {
    key: "home",
    allowed: "an absolute folder, on a host other than local",
    broken: ({ host, home }) => String(host).startsWith("ssh:") && String(home).startsWith("./"),
  },
  {
    key: "delivery",
    allowed: "copy, since clawdbot understands no reference",
    broken: ({ product, delivery }) => product === "clawdbot" && delivery === "reference",
  },
  {
    key: "program",
    allowed: "what the process starts, such as {command: [/usr/local/bin/openclaw, node, run]}; or service: none",
    broken: ({ manager, service, program }) =>
      manager === "process" && program === undefined && (service === "manage" || service === "watch"),
  },
  {
    key: "dropIns",
    allowed: "only with manager: systemd",
    broken: ({ manager, dropIns }) => dropIns !== undefined && (manager === "launchd" || manager === "process"),
  },
]

const adopt = ruled(
  strict({ from: v.exactOptional(is.from), value: v.exactOptional(is.secret) }),
  {
    key: "value",
    allowed: "either from or value, not both",
    broken: ({ from, value }) => from !== undefined && value !== undefined,
  },
  {
    key: "from",
    allowed: "from or value",
    broken: ({ from, value }) => from === undefined && value === undefined,
  },
)

const token = strict({
  rotation: is.rotation,
  maxAge: v.exactOptional(is.age),
  keep: v.exactOptional(is.keep),
  compromised: list(is.rotation),
  adopt: v.exactOptional(adopt),
  protect: v.exactOptional(is.flag),
})

/** All hosts without a gateway, or those that are named. */
const unreachable = v.lazy((input) =>
  Array.isArray(input)
    ? v.array(is.remoteHost)
    : is.oneOf(["refuse", "continue"], "refuse, continue, or a list of hosts such as [ssh://me@tw.local]"),
)

const rotation = strict({ unreachable: v.exactOptional(unreachable), supersede: v.exactOptional(is.rotation) })

const listener = { owners: list(is.spec), evict: list(is.spec) }
const gateway = strict({
  ...member,
  port: v.exactOptional(is.port),
  tlsFingerprint: v.exactOptional(is.certificate),
  guarded: v.exactOptional(is.flag),
  ...listener,
})
const node = strict({
  ...member,
  credential: v.exactOptional(is.oneOf(["token", "device"])),
  gateway: v.exactOptional(is.name),
  url: v.exactOptional(is.route),
  pairing: v.exactOptional(
    strict({
      name: v.exactOptional(is.words),
      device: v.exactOptional(is.words),
      approve: v.exactOptional(is.flag),
    }),
  ),
  stray: v.exactOptional(is.flag),
  ...listener,
})
const composed = strict({
  ...whereabouts,
  name: is.label,
  compose: strict({ file: is.path, service: is.label }),
  must: v.exactOptional(is.oneOf(["token", "nothing"])),
  overwrite: v.exactOptional(is.flag),
})
const volume = strict({ source: is.words, target: is.folder, readOnly: v.exactOptional(is.flag) })
const made = strict({
  host: is.host,
  product: v.exactOptional(is.product),
  name: is.label,
  role: is.oneOf(roles),
  image: is.words,
  pull: v.exactOptional(is.flag),
  data: is.folder,
  port: v.exactOptional(is.port),
  bind: v.exactOptional(is.words),
  guarded: v.exactOptional(is.flag),
  user: v.exactOptional(is.words),
  command: list(is.words),
  networks: list(is.label),
  volumes: list(volume),
  environment: v.exactOptional(
    v.record(is.variable, is.words, "allowed: a mapping from variables to texts, none of them a secret"),
  ),
  restart: v.exactOptional(is.oneOf(["no", "on-failure", "always", "unless-stopped"])),
  ...listener,
  overwrite: v.exactOptional(is.flag),
})
/** Of a Compose project of the user's, or made by gatekey from an image: told by most of its keys, as one may be misspelt. */
const container = v.lazy((input) => {
  const known = (schema: typeof composed | typeof made) =>
    Object.keys(Object(input)).filter((key) => Object.hasOwn(schema.pipe[0].entries, key)).length
  return known(made) > known(composed) ? made : composed
})

const hook = strict({
  name: v.exactOptional(is.name),
  host: is.host,
  command: is.text,
  token: v.exactOptional(is.flag),
  hostKey: v.exactOptional(is.words),
})

export const schema = strict({
  token,
  rotation: v.exactOptional(rotation),
  gateways: members(ruled(gateway, ...memberRules)),
  nodes: v.exactOptional(members(ruled(node, ...memberRules))),
  containers: v.exactOptional(members(ruled(container, ...memberRules))),
  afterRotation: list(ruled(hook, ...hookRules)),
})

export type Config = v.InferOutput<typeof schema>
