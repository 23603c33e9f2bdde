import * as v from "valibot"
import { deliveries } from "../components/member.ts"
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

const extraPlace = strict({
  name: is.name,
  path: is.path,
  locator: is.words,
  format: v.exactOptional(is.format),
  must: v.exactOptional(is.oneOf(["token", "nothing", "reference"])),
  reference: v.exactOptional(is.opReference),
  why: v.exactOptional(is.words),
  overwrite: v.exactOptional(is.flag),
})

const place = ruled(extraPlace, {
  key: "reference",
  allowed: "op://VAULT/ITEM/FIELD with must: reference, and only with it",
  broken: ({ must, reference }) =>
    (must === "reference" && reference === undefined) ||
    (reference !== undefined && must !== undefined && must !== "reference"),
})

const reader = strict({
  command: v.exactOptional(is.programWords),
  credentials: v.exactOptional(is.path),
  environment: list(is.variable),
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
  delivery: v.exactOptional(is.oneOf(deliveries)),
  reader: v.exactOptional(reader),
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
    broken: ({ product, delivery }) => product === "clawdbot" && (delivery === "reference" || delivery === "exec"),
  },
  {
    key: "reader",
    allowed: "only with delivery: exec",
    broken: ({ delivery, reader }) => reader !== undefined && delivery !== "exec",
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
  rotation: v.exactOptional(is.rotation),
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

const vaultRole = is.oneOf(["mirror", "source"])
const provider = is.oneOf(["onepassword", "exec"])
const onepassword = strict({
  provider,
  role: vaultRole,
  vault: is.vaultName,
  item: is.vaultName,
  field: v.exactOptional(is.vaultName),
  overwrite: v.exactOptional(is.flag),
})
const programs = ruled(
  strict({
    provider,
    role: vaultRole,
    read: is.programWords,
    write: v.exactOptional(is.programWords),
    overwrite: v.exactOptional(is.flag),
  }),
  {
    key: "write",
    allowed: "with role: mirror, a list: what takes the token on standard input; with role: source nothing",
    broken: ({ role, write }) => (role === "mirror") !== (write !== undefined),
  },
)
/** 1Password, or any two programs: told by most of its keys, where its provider does not tell. */
const vault = v.lazy((input) => {
  const { provider, read, write } = Object(input)
  if (provider === "exec") return programs
  return provider !== "onepassword" && (read ?? write) !== undefined ? programs : onepassword
})

const fleet = strict({
  token,
  rotation: v.exactOptional(rotation),
  vault: v.exactOptional(vault),
  gateways: members(ruled(gateway, ...memberRules)),
  nodes: v.exactOptional(members(ruled(node, ...memberRules))),
  containers: v.exactOptional(members(ruled(container, ...memberRules))),
  afterRotation: list(ruled(hook, ...hookRules)),
})

/** A rule between keys that are not neighbours. */
interface Tie {
  readonly path: readonly string[]
  readonly message: string
}

/** The number of the generation is reviewed, unless others make the token; and who reads a vault needs one. */
function ties(value: Given): Tie[] {
  const { token, vault, gateways, nodes } = value
  const isSource = vault?.role === "source"
  const given = token?.rotation !== undefined
  const numbers: Tie[] =
    isSource === given && typeof token === "object" && token !== null
      ? [{ path: ["token", "rotation"], message: isSource ? sourceCounts : "allowed: a whole number from 1" }]
      : []
  const readers = Object.entries({ gateways, nodes }).flatMap(([group, members]) =>
    Object.entries(members ?? {}).flatMap(([name, member]) =>
      vault === undefined && member?.delivery === "exec"
        ? [{ path: [group, name, "delivery"], message: "allowed: reference or copy, unless gatekey:vault is declared" }]
        : [],
    ),
  )
  return [...numbers, ...readers]
}

const sourceCounts = "allowed: nothing, as the vault is the source: each other token in it is another generation"

interface Given {
  readonly token?: { readonly rotation?: unknown }
  readonly vault?: { readonly role?: unknown }
  readonly gateways?: { readonly [name: string]: { readonly delivery?: unknown } }
  readonly nodes?: { readonly [name: string]: { readonly delivery?: unknown } }
}

export const schema = v.pipe(
  fleet,
  v.rawCheck(({ dataset, addIssue }) => {
    const value = dataset.value as Given
    if (typeof value !== "object" || value === null) return
    for (const { path, message } of ties(value)) {
      let at: unknown = value
      const steps = path.map((key) => {
        const input = at
        at = Object(at)[key]
        return { type: "object" as const, origin: "value" as const, input, key, value: at }
      })
      addIssue({ message, input: at, path: steps as never })
    }
  }),
)

export type Config = v.InferOutput<typeof schema>
