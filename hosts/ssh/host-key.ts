import { execFile } from "node:child_process"
import { homedir } from "node:os"
import { promisify } from "node:util"
import { shellWord } from "../../core/escape.ts"
import { atHome } from "../../core/home.ts"
import type { RemoteHost } from "../../core/host.ts"
import { sshSays } from "./client.ts"
import { askingArguments, resolvingArguments } from "./options.ts"
import type { SshSettings } from "./settings.ts"

const start = promisify(execFile)
const patience = 10_000

/** What a program prints; nothing where it fails, hangs or prints too much. */
function run(program: string, args: readonly string[]): Promise<{ stdout: string }> {
  return start(program, args, { timeout: patience, killSignal: "SIGKILL" }).catch(() => ({ stdout: "" }))
}

/** What a person needs to decide about a key that was refused: what the host shows, what is known, and how to compare. */
export async function keyAdvice(host: RemoteHost, settings: SshSettings, kind: "unknown" | "changed"): Promise<string> {
  const [offered, known] = await Promise.all([offeredKey(host, settings), knownKeys(host, settings)])
  const shows = `it shows ${offered?.fingerprint ?? "a key that could not be read"}`
  const was = kind === "unknown" ? "none is known" : `known is ${known.of(offered?.type)}`
  const compare =
    "compare it by another way than this network: on the host, ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub"
  const mend =
    kind === "unknown"
      ? "if it is right, connect once by hand"
      : `if it is right: ssh-keygen -R ${shellWord(known.name)}, and connect once by hand`
  return `${shows}, ${was}; ${compare}; ${mend}`
}

interface Key {
  readonly type: string
  /** `ED25519 SHA256:…` */
  readonly fingerprint: string
}

/** The key that the host shows; behind a jump the last one told is its own. */
async function offeredKey(host: RemoteHost, settings: SshSettings): Promise<Key | undefined> {
  const said = await sshSays(askingArguments(host, settings, "DEBUG1"), settings.connect)
  const [, algorithm = "", print = ""] = [...said.matchAll(/Server host key: (\S+) (\S+)/g)].at(-1) ?? []
  return print === "" ? undefined : { type: typeOf(algorithm), fingerprint: `${typeOf(algorithm)} ${print}` }
}

interface Known {
  /** The name under which known_hosts has it. */
  readonly name: string
  of(type: string | undefined): string
}

async function knownKeys(host: RemoteHost, settings: SshSettings): Promise<Known> {
  const { stdout } = await run("ssh", resolvingArguments(host, settings))
  const option = (name: string) => new RegExp(`^${name} (.*)$`, "m").exec(stdout)?.[1] ?? ""
  const at = option("hostkeyalias") || option("hostname") || host.name
  const port = option("port") || "22"
  const name = port === "22" || option("hostkeyalias") ? at : `[${at}]:${port}`
  const files = `${option("userknownhostsfile")} ${option("globalknownhostsfile")}`
    .split(" ")
    .filter((file) => file !== "")
  const lists = await Promise.all(files.map((file) => listed(name, file)))
  const keys = lists.flat()
  return {
    name,
    of: (type) => {
      const prints = (keys.some((key) => key.type === type) ? keys.filter((key) => key.type === type) : keys).map(
        ({ fingerprint }) => fingerprint,
      )
      return prints.length === 0 ? "another" : prints.join(", ")
    },
  }
}

async function listed(name: string, file: string): Promise<Key[]> {
  const { stdout } = await run("ssh-keygen", ["-l", "-F", name, "-f", atHome(file, homedir())])
  return [...stdout.matchAll(/^(?!#)\S+ (\S+) (SHA256:\S+)/gm)].map(([, type = "", print = ""]) => ({
    type,
    fingerprint: `${type} ${print}`,
  }))
}

/** `ssh-ed25519` as ssh-keygen names it: `ED25519`. */
function typeOf(algorithm: string): string {
  return algorithm
    .replace(/^(?:sk-)?(?:ssh-)?/, "")
    .replace(/-.*$/, "")
    .toUpperCase()
}
