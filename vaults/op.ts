import { UserError } from "../core/errors.ts"
import { shellWord } from "../core/escape.ts"
import { type Field, type Item, keeps, keptIn, newItem, withKept } from "./item.ts"
import { nameOf, type OnePasswordSpec, only, tokenLabel } from "./onepassword.ts"
import { lineOf, matches, type OpSaid, opSaid } from "./op-said.ts"
import { type Ended, forOthers, run } from "./program.ts"
import { told } from "./told.ts"
import { type Kept, type Vault, VaultUnreachable } from "./vault.ts"

const most = 1024 * 1024

/** `op` takes a template only from a pipe, and what Node.js gives a child is a socket. */
const piped = ["/bin/sh", "-c", 'cat | "$@"', "gatekey"]

/**
 * An item by way of 1Password's own command line, as the service account or the user that it is signed in for.
 * @param patience milliseconds
 */
export function opVault(spec: OnePasswordSpec, environment: NodeJS.ProcessEnv, patience = 30_000): Vault {
  const name = nameOf(spec)
  const label = tokenLabel(spec)
  const options = { environment: { ...forOthers(environment), OP_CACHE: "false" }, patience, most }
  const inVault = ["--vault", spec.vault, "--format", "json"]

  async function get(): Promise<Item | undefined> {
    const ended = await run(["op", "item", "get", spec.item, ...inVault], options)
    if (ended.code === 0) return found(ended)
    if (opSaid(ended.stderr) === "missing") return undefined
    throw problem(ended)
  }

  /** It also finds by the address of a website, and by a title in other letters. */
  function found({ stdout }: Ended): Item {
    const item = itemOf(stdout)
    if (!item?.id) throw new VaultUnreachable(`${name}: op printed no item; see what this prints: op --version`)
    if (item.id === spec.item || item.title === spec.item) return item
    throw new UserError(`${name}: op takes ${item.id} for it, which has another title; declare the item by its id`)
  }

  async function put(item: Item | undefined, kept: Kept): Promise<Ended> {
    if (!item) {
      const input = JSON.stringify(newItem(spec.item, kept, label))
      return run([...piped, "op", "item", "create", "-", ...inVault], { ...options, input })
    }
    const input = JSON.stringify(withoutEmptyDates(withKept(item, kept, label)))
    return run([...piped, "op", "item", "edit", item.id ?? "", ...inVault], { ...options, input })
  }

  return {
    name,

    async read() {
      const item = await get()
      return item && keptIn(item, label)
    },

    async write(kept) {
      const secrets = [kept.token.reveal(), kept.previous?.reveal()]
      let ended = await put(await get(), kept)
      // Somebody else changed something in the vault in between.
      if (ended.code !== 0 && opSaid(ended.stderr) === "conflict") ended = await put(await get(), kept)
      if (ended.code !== 0) throw problem(ended, "write", secrets)
      let item = await get()
      if (item?.id && !kept.previous && keptIn(item, label)?.previous) {
        // It left in the item what is not in the template.
        const gone = await run(["op", "item", "edit", item.id, "gatekey.previous[delete]", ...inVault], options)
        if (gone.code !== 0) throw problem(gone, "write", secrets)
        item = await get()
      }
      if (!keeps(item, kept, label))
        throw new UserError(`${name}: op wrote it, and then showed another value; run this again`)
    },

    async versions() {
      const { version, updated_at: at, last_edited_by: who } = ((await get()) ?? {}) as Versioned
      return version === undefined ? [] : [{ version, at: at ?? "", ...(who && { who }) }]
    },
  }

  function problem(
    ended: Ended,
    doing: "read" | "write" = "read",
    secrets: readonly (string | undefined)[] = [],
  ): UserError {
    const { code, stderr, trouble } = ended
    if (trouble?.startsWith("op is not installed")) return notInstalled()
    if (trouble !== undefined) {
      return new VaultUnreachable(`${name}: op: ${trouble}; see whether it waits for you: ${command()}`)
    }
    const said = opSaid(stderr)
    if (said === "ambiguous") {
      only("item", spec.item, matches(stderr), () => spec.item)
      return new UserError(`${name}: several items have this title; declare the item by its id`)
    }
    if (said === "noVault")
      return new UserError(`${name}: op knows no vault, or several, of that name; see: op vault list`)
    if (said === "conflict") return new UserError(`${name}: others change this vault at the same time; run this again`)
    if (said === "forbidden" && doing === "write") {
      return new UserError(`${name}: ${who()} may not write it; make one that may: ${create("read_items,write_items")}`)
    }
    const why = said && reasons[said]
    if (why) return new VaultUnreachable(`${name}: ${why(who(), create("read_items"))}`)
    const words = told(lineOf(stderr), [...secrets, ...credentials(environment)])
    return new VaultUnreachable(
      `${name}: op ended with ${code}${words && `: ${words}`}; see what it says: ${command()}`,
    )
  }

  function notInstalled(): VaultUnreachable {
    const want = environment.OP_SERVICE_ACCOUNT_TOKEN
      ? "OP_SERVICE_ACCOUNT_TOKEN needs the program op, which is not installed"
      : "there is no way to ask it: set OP_CONNECT_HOST and OP_CONNECT_TOKEN, or OP_SERVICE_ACCOUNT_TOKEN; that, and a user's own account, needs the program op, which is not installed"
    return new VaultUnreachable(`${name}: ${want}: https://developer.1password.com/docs/cli/get-started/`)
  }

  function who(): string {
    return environment.OP_SERVICE_ACCOUNT_TOKEN
      ? "the service account of OP_SERVICE_ACCOUNT_TOKEN"
      : "the account that op is signed in to"
  }

  function create(permissions: string): string {
    return `op service-account create gatekey --vault ${shellWord(`${spec.vault}:${permissions}`)}`
  }

  function command(): string {
    return `op item get ${shellWord(spec.item)} --vault ${shellWord(spec.vault)} --fields type=string`
  }
}

/** Why nothing can be told, by who asks and the command that makes a service account. */
const reasons: { readonly [said in OpSaid]?: (who: string, create: string) => string } = {
  limited: () =>
    "1Password has had too many requests of this account; wait an hour, or see: op service-account ratelimit",
  badToken: (_, create) => `1Password does not accept OP_SERVICE_ACCOUNT_TOKEN; make another: ${create}`,
  signedOut: () => "op is not signed in; run: eval $(op signin), or set OP_SERVICE_ACCOUNT_TOKEN",
  forbidden: (who, create) => `${who} may not read it; make one that may: ${create}`,
  offline: () => "op cannot reach 1Password; see whether this machine is online",
}

interface Versioned {
  readonly version?: number
  readonly updated_at?: string
  readonly last_edited_by?: string
}

function itemOf(stdout: Buffer): Item | undefined {
  try {
    return JSON.parse(stdout.toString()) as Item
  } catch {
    return undefined
  }
}

/** Built-in fields that nobody filled, which `op` prints, but does not take back. */
function withoutEmptyDates(item: Item): Item {
  const isEmptyDate = ({ type = "", value }: Field) => /^(?:DATE|MONTH_YEAR)$/.test(type) && !value
  return { ...item, fields: (item.fields ?? []).filter((field) => !isEmptyDate(field)) }
}

function credentials(environment: NodeJS.ProcessEnv): (string | undefined)[] {
  return Object.keys(environment).flatMap((name) => (/^OP_(?:SESSION|.*TOKEN)/.test(name) ? environment[name] : []))
}
