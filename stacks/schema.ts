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
    value: optional(values.secret, "Or the value itself, as a secret: `pulumi config set --secret --path`."),
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
  keep: optional(values.keep, "How many generations are kept to go back to, the one in force included. Default: 3."),
  compromised: optionalList(values.rotation, "Generations that must never be in force again."),
  adopt: optional(
    adopt,
    "The token in use today, adopted as the first generation; checked only when the token is created.",
  ),
  value: optional(
    values.secret,
    "The token, where something else makes it: `pulumi config set --secret --path gatekey:token.value`, or an ESC environment. Each value that it did not have before is another generation, so `rotation` is left out. Default: it is generated.",
  ),
  protect: optional(
    values.boolean,
    "The token, and so the fleet, cannot be deleted. Default: true; false for a sandbox.",
  ),
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
    "`refuse` starts no rotation while a host does not answer; `continue` or a list skips hosts without a gateway, or those listed. Default: `refuse`.",
  ),
  supersede: optional(
    values.rotation,
    "The highest generation that a state from an earlier backup may override. Default: none.",
  ),
})

const hook = strictMapping({
  name: optional(
    values.name,
    "What previews call it. Default: `after rotation PROGRAM`, with the host if it is another one.",
  ),
  host: required(values.host, "`local`, or `ssh://user@name[:port]`; the name must not be an alias of an ssh config."),
  command: required(
    values.anyString,
    "POSIX sh, a line or more. Previews, errors and the state show it, so it must not contain a secret.",
  ),
  token: optional(
    values.boolean,
    "Passes the token as a line on its standard input and discards what it prints. Default: false.",
  ),
  hostKey: optional(
    values.publicId,
    "The public key that the host must present, such as `ssh-ed25519 AAAA…`; needed with `ssh://`.",
  ),
})

const vaultRole = required(
  values.oneOf(["mirror", "source"]),
  "`mirror`: the generated token is kept there. `source`: the token is made there by another system, and only read.",
)
const provider = required(values.oneOf(["onepassword", "exec"]), "1Password, or any two programs (`exec`).")
const vaultOverwrite = optional(values.boolean, "Overwrite an unknown token there at the first `up`. Default: false.")
const onepassword = strictMapping({
  provider,
  role: vaultRole,
  vault: required(values.vaultName, "The vault, by its name or id."),
  item: required(values.vaultName, "The item in it, by its name or id."),
  field: optional(values.vaultName, "The item's field with the token."),
  overwrite: vaultOverwrite,
})
const programs = withRules(
  strictMapping({
    provider,
    role: vaultRole,
    read: required(values.commandLine, "The program and its arguments that print the token."),
    write: optional(
      values.commandLine,
      "The program and its arguments that read the token from standard input; for a `mirror`.",
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
  vault: optional(vault, "Where the token is kept beyond the hosts, or comes from. Default: nowhere."),
  gateways: required(
    memberMapping(withRules(gateway, ...memberRules)),
    "The gateways, by name. Its name is the prefix of the names of its places.",
  ),
  nodes: optional(memberMapping(withRules(node, ...memberRules)), "The nodes, by name. Default: none."),
  guard: optional(
    memberMapping(guard),
    "Guards, by name: HAProxy in front of a gateway, which lets in by certificate. Default: none.",
  ),
  authority: optional(
    withRules(authority, ...authorityRules),
    "The certificate authority of the guards, and how far its rotation has come. Default: the first.",
  ),
  clients: optional(
    memberMapping(withRules(client, ...clientRules)),
    "Other clients that a guard lets in, by name, such as the command line of a laptop. Default: none.",
  ),
  containers: optional(memberMapping(withRules(container, ...memberRules)), "The containers, by name. Default: none."),
  afterRotation: optionalList(
    withRules(hook, ...hookRules),
    "Commands that run in this order after everything else of the fleet: at the first `up`, and whenever another generation comes into force. Default: none.",
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
