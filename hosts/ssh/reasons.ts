import { shown } from "../../core/escape.ts"
import { lastLine } from "../../core/foreign.ts"

/** Why a host cannot be reached, in words, and what to do about it. */
export interface Reason {
  readonly reason: string
  readonly remedy?: string
  /** The system's code of a connection that did not come about. */
  readonly code?: "ECONNREFUSED" | "ETIMEDOUT"
  /** Nothing of the host is wrong with it: it took no more connections at this moment. */
  readonly busy?: boolean
  /** More may be said on a connection of its own, that nobody shares. */
  readonly vague?: boolean
  /** Whose fingerprints have to be fetched. */
  readonly key?: "unknown" | "changed"
}

interface Row {
  readonly when: RegExp
  readonly is: (found: RegExpExecArray) => Reason
}

const asIs = (reason: string, remedy?: string) => () => ({ reason, ...(remedy === undefined ? {} : { remedy }) })

/** What OpenSSH says, most specific first. */
const rows: readonly Row[] = [
  { when: /gatekey: no ssh on PATH/, is: asIs("there is no ssh on PATH", "install OpenSSH's client") },
  {
    when: /Host key verification failed[\s\S]*kex_exchange_identification/,
    is: asIs(
      "the host key of the one that leads to it is not known, or has changed",
      "connect to that one by hand first (ProxyJump in your ssh config)",
    ),
  },
  {
    when: /REVOKED HOST KEY DETECTED/,
    is: asIs("its host key is revoked in your known_hosts", "ask whoever runs it for the new one"),
  },
  { when: /HOST IDENTIFICATION HAS CHANGED/, is: () => ({ reason: "its host key has changed", key: "changed" }) },
  {
    when: /No (?:\S+ )?host key is known for|Host key verification failed/,
    is: () => ({ reason: "its host key is not known", key: "unknown" }),
  },
  {
    when: /Could not resolve hostname (\S+):/,
    is: ([, name = ""]) => ({
      reason: `the name ${shown(name)} is not resolved`,
      remedy: "see HostName in your ssh config",
    }),
  },
  {
    when: /open failed: connect failed: (?:Name or service not known|Temporary failure in name|nodename nor servname)/,
    is: asIs("its name is not resolved on the host that leads to it", "see HostName in your ssh config"),
  },
  {
    when: /open failed: administratively prohibited/,
    is: asIs("the host that leads to it forwards no connections", "allow it there: AllowTcpForwarding"),
  },
  {
    when: /[Cc]onnection refused/,
    is: () => ({ reason: "connection refused: no ssh server listens there", code: "ECONNREFUSED" }),
  },
  { when: /No route to host|Host is down/, is: asIs("no route to it") },
  { when: /Network is unreachable/, is: asIs("its network is unreachable") },
  {
    when: /[^\n]*(?:Bad owner or permissions|Bad configuration option|terminating, \d+ bad configuration|Can't open user config)[^\n]*/,
    is: ([line]) => ({ reason: `ssh does not take your config: ${shown(line)}` }),
  },
  {
    when: /Too many authentication failures/,
    is: asIs(
      "too many keys were offered",
      "name the one to use with IdentityFile and IdentitiesOnly in your ssh config",
    ),
  },
  {
    when: /[Pp]ermission denied \(([^)\n]*)\)/,
    is: ([, methods = ""]) => ({
      reason: `permission denied (${shown(methods)})`,
      remedy: "load the key into your agent with ssh-add, or install it there with ssh-copy-id",
    }),
  },
  {
    when: /Unable to negotiate[^\n]*?: (no matching [^\n.]*)/,
    is: ([, what = ""]) => ({ reason: shown(what) }),
  },
  { when: /[Tt]imed out|^Timeout, server/m, is: () => ({ reason: "timed out", code: "ETIMEDOUT" }) },
  {
    when: /kex_exchange_identification|banner exchange|[Cc]onnection (?:closed|reset) by/,
    is: () => ({
      reason: "it closed the connection before ssh began",
      remedy: "lower GATEKEY_SSH_PARALLEL if many hosts share one way in (MaxStartups of its sshd)",
      busy: true,
      vague: true,
    }),
  },
]

/** @param stderr what ssh said of a connection that did not come about */
export function reasonOf(stderr: string): Reason {
  const said = stderr.replaceAll("\r", "")
  for (const { when, is } of rows) {
    const found = when.exec(said)
    if (found) return is(found)
  }
  const last = lastLine(said)
  return { reason: last === "" ? "ssh ended without a word" : `ssh says: ${shown(last)}`, vague: true }
}

/** Why there is no sh on the far side to work with, when ssh itself came through. */
export function shellReason(code: number | null, stderr: string, stray: string): Reason {
  const said = lastLine(`${stray}\n${stderr}`).trim()
  const words = said === "" ? "" : `: ${shown(said)}`
  if (code === 127 || code === 126) return { reason: `it has no /bin/sh that runs${words}` }
  return {
    reason: `its login shell did not run /bin/sh${words || ` (exit code ${code})`}`,
    remedy: "the account needs a login shell that runs commands, and no ForceCommand",
  }
}
