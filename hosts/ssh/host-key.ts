import { homedir } from "node:os"
import { shellWord } from "../../core/escape.ts"
import { expandHome } from "../../core/home.ts"
import type { RemoteHost } from "../../core/host.ts"
import { runProgram } from "../../processes/run.ts"
import { readSshErrors } from "./client.ts"
import { diagnosticArguments, resolvingArguments } from "./options.ts"
import type { SshSettings } from "./settings.ts"

const limits = { timeout: 10_000, maxOutput: 1024 * 1024 }

/** Runs a program and returns its output; empty if it fails, hangs or prints too much. */
async function readOutput(...command: readonly string[]): Promise<string> {
  const { code, stdout } = await runProgram(command, limits)
  return code === 0 ? stdout.toString() : ""
}

/** Describes a refused host key for a person: the host's key, the known keys, and how to compare them. */
export async function describeHostKey(
  host: RemoteHost,
  settings: SshSettings,
  kind: "unknown" | "changed",
): Promise<string> {
  const [hostKey, known] = await Promise.all([readHostKey(host, settings), readKnownKeys(host, settings)])
  const shows = `it shows ${hostKey?.fingerprint ?? "a key that could not be read"}`
  const knownText = kind === "unknown" ? "none is known" : `known is ${known.of(hostKey?.type)}`
  const compare =
    "compare it by another way than this network: on the host, ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub"
  const fix =
    kind === "unknown"
      ? "if it is right, connect once by hand"
      : `if it is right: ssh-keygen -R ${shellWord(known.name)}, and connect once by hand`
  return `${shows}, ${knownText}; ${compare}; ${fix}`
}

interface Key {
  readonly type: string
  /** `ED25519 SHA256:…` */
  readonly fingerprint: string
}

/** Reads the host's key; behind a jump it is the last one that ssh reports. */
async function readHostKey(host: RemoteHost, settings: SshSettings): Promise<Key | undefined> {
  const output = await readSshErrors(diagnosticArguments(host, settings, "DEBUG1"), settings.connect)
  const [, algorithm = "", fingerprint = ""] = [...output.matchAll(/Server host key: (\S+) (\S+)/g)].at(-1) ?? []
  return fingerprint === ""
    ? undefined
    : { type: parseKeyType(algorithm), fingerprint: `${parseKeyType(algorithm)} ${fingerprint}` }
}

interface KnownKeys {
  /** Its name in known_hosts. */
  readonly name: string
  of(type: string | undefined): string
}

async function readKnownKeys(host: RemoteHost, settings: SshSettings): Promise<KnownKeys> {
  const stdout = await readOutput("ssh", ...resolvingArguments(host, settings))
  const option = (name: string) => new RegExp(`^${name} (.*)$`, "m").exec(stdout)?.[1] ?? ""
  const at = option("hostkeyalias") || option("hostname") || host.name
  const port = option("port") || "22"
  const name = port === "22" || option("hostkeyalias") ? at : `[${at}]:${port}`
  const files = `${option("userknownhostsfile")} ${option("globalknownhostsfile")}`
    .split(" ")
    .filter((file) => file !== "")
  const lists = await Promise.all(files.map((file) => listKeys(name, file)))
  const keys = lists.flat()
  return {
    name,
    of: (type) => {
      const fingerprints = (keys.some((key) => key.type === type) ? keys.filter((key) => key.type === type) : keys).map(
        ({ fingerprint }) => fingerprint,
      )
      return fingerprints.length === 0 ? "another" : fingerprints.join(", ")
    },
  }
}

async function listKeys(name: string, file: string): Promise<Key[]> {
  const stdout = await readOutput("ssh-keygen", "-l", "-F", name, "-f", expandHome(file, homedir()))
  return [...stdout.matchAll(/^(?!#)\S+ (\S+) (SHA256:\S+)/gm)].map(([, type = "", fingerprint = ""]) => ({
    type,
    fingerprint: `${type} ${fingerprint}`,
  }))
}

/** Converts `ssh-ed25519` to the name of ssh-keygen: `ED25519`. */
function parseKeyType(algorithm: string): string {
  return algorithm
    .replace(/^(?:sk-)?(?:ssh-)?/, "")
    .replace(/-.*$/, "")
    .toUpperCase()
}
