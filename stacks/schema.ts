import * as v from "valibot"
import { hookRules } from "../core/hook.ts"
import { container } from "./container-schema.ts"
import { authority, authorityRules, client, clientRules, guard } from "./guard-schema.ts"
import { gateway, memberRules, node } from "./member-schema.ts"
import { memberMapping, oneOfShapes, optional, optionalList, required, strictMapping, withRules } from "./shapes.ts"
import * as values from "./values.ts"

const adopt = withRules(
  strictMapping({
    from: optional(values.from, "The place that contains it: `host|path|locator`."),
    value: optional(values.secret, "Or the value itself, as a secret: `pulumi config set --secret --path`.", {
      example: { secure: "v1:…" },
    }),
  }),
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

const token = strictMapping({
  rotation: optional(
    values.rotation,
    "Which generation is in force: an integer from 1. Raising it rotates; lowering it to a kept one goes back.",
  ),
  maxAge: optional(
    values.age,
    "Age after which a preview says that a rotation is due, such as `30d`. It never rotates by itself.",
  ),
  keep: optional(values.keep, "How many generations are kept to go back to, the one in force included.", {
    default: "3",
  }),
  compromised: optionalList(values.rotation, "Generations that must never be in force again."),
  adopt: optional(
    adopt,
    "The token in use today, adopted as the first generation; checked only when the token is created.",
  ),
  value: optional(
    values.secret,
    "The token, where something else makes it: `pulumi config set --secret --path gatekey:token.value`, or an ESC environment. Each value that it did not have before is another generation, so `rotation` is left out.",
    { default: "it is generated", example: { secure: "v1:…" } },
  ),
  protect: optional(values.boolean, "The token, and so the fleet, cannot be deleted.", {
    default: "true; false for a sandbox",
  }),
})

/** Accepts all hosts without a gateway, or a list of them. */
const unreachable = oneOfShapes(
  [
    v.array(values.remoteHost),
    values.oneOf(["refuse", "continue"], "refuse, continue, or a list of hosts such as [ssh://me@tw.local]"),
  ],
  (input) => (Array.isArray(input) ? 0 : 1),
)

const rotation = strictMapping({
  unreachable: optional(
    unreachable,
    "`refuse` starts no rotation while a host does not answer; `continue` or a list skips hosts without a gateway, or those listed.",
    { default: "`refuse`", example: ["ssh://me@tw.local"] },
  ),
  supersede: optional(values.rotation, "The highest generation that a state from an earlier backup may override.", {
    default: "none",
  }),
})

const hook = strictMapping({
  name: optional(values.name, "What previews call it.", {
    default: "`after rotation PROGRAM`, with the host if it is another one",
    example: "tell the phone",
  }),
  host: required(values.host, "`local`, or `ssh://user@name[:port]`; the name must not be an alias of an ssh config."),
  command: required(
    values.anyString,
    "POSIX sh, a line or more. Previews, errors and the state show it, so it must not contain a secret.",
    { example: "openclaw nodes status" },
  ),
  token: optional(values.boolean, "Passes the token as a line on its standard input and discards what it prints.", {
    default: "false",
  }),
  hostKey: optional(
    values.publicId,
    "The public key that the host must present, such as `ssh-ed25519 AAAA…`; needed with `ssh://`.",
    { example: "ssh-ed25519 AAAA…" },
  ),
})

const vaultRole = required(
  values.oneOf(["mirror", "source"]),
  "`mirror`: the generated token is kept there. `source`: the token is made there by another system, and only read.",
)
const provider = values.oneOf(["onepassword", "exec"])
const vaultOverwrite = optional(values.boolean, "Overwrite an unknown token there at the first `up`.", {
  default: "false",
})
const onepassword = strictMapping({
  provider: required(provider, "1Password, or any two programs (`exec`).", { example: "onepassword" }),
  role: vaultRole,
  vault: required(values.vaultName, "The vault, by its name or id.", { example: "Home" }),
  item: required(values.vaultName, "The item in it, by its name or id.", { example: "gatekey" }),
  field: optional(values.vaultName, "The item's field with the token.", { example: "token" }),
  overwrite: vaultOverwrite,
})
const programs = withRules(
  strictMapping({
    provider: required(provider, "1Password, or any two programs (`exec`).", { example: "exec" }),
    role: vaultRole,
    read: required(values.commandLine, "The program and its arguments that print the token.", {
      example: ["~/bin/read-token"],
    }),
    write: optional(
      values.commandLine,
      "The program and its arguments that read the token from standard input; for a `mirror`.",
      { example: ["~/bin/write-token"] },
    ),
    overwrite: vaultOverwrite,
  }),
  {
    key: "write",
    allowed:
      "with role: mirror, a list: a program that reads the token from standard input; with role: source, no value",
    broken: ({ role, write }) => (role === "mirror") !== (write !== undefined),
  },
)
/** Accepts 1Password or two programs: chosen by its keys if its provider is not valid. */
const vault = oneOfShapes([onepassword, programs], (input) => {
  const { provider, read, write } = Object(input)
  if (provider === "exec") return 1
  return provider !== "onepassword" && (read ?? write) !== undefined ? 1 : 0
})

const fleet = strictMapping({
  token: required(token, "The one token: which generation is in force, when it is due, which token it adopts."),
  rotation: optional(rotation, "What a rotation does if hosts do not answer, or if the state is older than the fleet."),
  vault: optional(vault, "Where the token is kept beyond the hosts, or comes from.", { default: "nowhere" }),
  gateways: required(
    memberMapping(withRules(gateway, ...memberRules)),
    "The gateways, by name. Its name is the prefix of the names of its places.",
  ),
  nodes: optional(memberMapping(withRules(node, ...memberRules)), "The nodes, by name.", { default: "none" }),
  guard: optional(
    memberMapping(guard),
    "Guards, by name: HAProxy in front of a gateway, which lets in by certificate.",
    { default: "none" },
  ),
  authority: optional(
    withRules(authority, ...authorityRules),
    "The certificate authority of the guards, and how far its rotation has come.",
    { default: "the first" },
  ),
  clients: optional(
    memberMapping(withRules(client, ...clientRules)),
    "Other clients that a guard lets in, by name, such as the command line of a laptop.",
    { default: "none" },
  ),
  containers: optional(memberMapping(withRules(container, ...memberRules)), "The containers, by name.", {
    default: "none",
  }),
  afterRotation: optionalList(
    withRules(hook, ...hookRules),
    "Commands that run in this order after everything else of the fleet: at the first `up`, and whenever another generation comes into force.",
    { default: "none" },
  ),
})

/** A problem between keys of different mappings. */
interface Tie {
  readonly path: readonly string[]
  readonly message: string
}

/** Requires `token.rotation` unless the token is made elsewhere, and a vault for each member that reads one. */
function checkTies(value: Given): Tie[] {
  const { token, vault, gateways, nodes } = value
  const numbers = typeof token === "object" && token !== null ? checkSource(token, vault?.role === "source") : []
  const readers = Object.entries({ gateways, nodes }).flatMap(([group, members]) =>
    Object.entries(members ?? {}).flatMap(([name, member]) =>
      vault === undefined && member?.delivery === "exec"
        ? [{ path: [group, name, "delivery"], message: "expected reference or copy, unless gatekey:vault is declared" }]
        : [],
    ),
  )
  return [...numbers, ...readers]
}

/** Requires one source of the token, and of the number of its generation. */
function checkSource({ rotation, value, adopt }: NonNullable<Given["token"]>, fromVault: boolean): Tie[] {
  const tie = (key: string, message: string): Tie => ({ path: ["token", key], message })
  if (value !== undefined) {
    return [
      ...(fromVault ? [tie("value", "expected no value, since the vault is the source")] : []),
      ...(rotation === undefined ? [] : [tie("rotation", valueCounts)]),
      ...(adopt === undefined ? [] : [tie("adopt", valueCounts)]),
    ]
  }
  if (fromVault !== (rotation !== undefined)) return []
  return [tie("rotation", fromVault ? sourceCounts : "expected an integer from 1")]
}

const valueCounts = "expected no value, since token.value is given: each new one is a new generation"
const sourceCounts = "expected no value, since the vault is the source: each new token in it is a new generation"

interface Given {
  readonly token?: { readonly rotation?: unknown; readonly value?: unknown; readonly adopt?: unknown }
  readonly vault?: { readonly role?: unknown }
  readonly gateways?: { readonly [name: string]: { readonly delivery?: unknown } }
  readonly nodes?: { readonly [name: string]: { readonly delivery?: unknown } }
}

export const schema = v.pipe(
  fleet,
  v.rawCheck(({ dataset, addIssue }) => {
    const value = dataset.value as Given
    if (typeof value !== "object" || value === null) return
    for (const { path, message } of checkTies(value)) {
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
