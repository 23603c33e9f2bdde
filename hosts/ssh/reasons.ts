import { shown } from "../../core/escape.ts"
import { lastLine } from "../../core/foreign.ts"

/** Why a host cannot be reached, and the fix. */
export interface UnreachableReason {
  readonly reason: string
  readonly remedy?: string
  /** The system's code of a failed connection. */
  readonly code?: "ECONNREFUSED" | "ETIMEDOUT"
  /** The host accepts no more connections at the moment. */
  readonly busy?: boolean
  /** A separate connection may report more. */
  readonly vague?: boolean
  /** Set if the fingerprints are needed. */
  readonly key?: "unknown" | "changed"
}

interface Row {
  readonly when: RegExp
  readonly is: (found: RegExpExecArray) => UnreachableReason
}

const constant = (reason: string, remedy?: string) => () => ({ reason, ...(remedy === undefined ? {} : { remedy }) })

/** The errors of OpenSSH, most specific first. */
const rows: readonly Row[] = [
  {
    when: /Host key verification failed[\s\S]*kex_exchange_identification/,
    is: constant(
      "the host key of the one that leads to it is not known, or has changed",
      "connect to that one by hand first (ProxyJump in your ssh config)",
    ),
  },
  {
    when: /REVOKED HOST KEY DETECTED/,
    is: constant("its host key is revoked in your known_hosts", "ask its administrator for the new one"),
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
    is: constant("its name is not resolved on the host that leads to it", "see HostName in your ssh config"),
  },
  {
    when: /open failed: administratively prohibited/,
    is: constant("the host that leads to it forwards no connections", "allow it there: AllowTcpForwarding"),
  },
  {
    when: /[Cc]onnection refused/,
    is: () => ({ reason: "connection refused: no ssh server listens there", code: "ECONNREFUSED" }),
  },
  { when: /No route to host|Host is down/, is: constant("no route to it") },
  { when: /Network is unreachable/, is: constant("its network is unreachable") },
  {
    when: /[^\n]*(?:Bad owner or permissions|Bad configuration option|terminating, \d+ bad configuration|Can't open user config)[^\n]*/,
    is: ([line]) => ({ reason: `ssh does not take your config: ${shown(line)}` }),
  },
  {
    when: /Too many authentication failures/,
    is: constant(
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

/** Explains a failed connection. @param stderr the output of ssh */
export function explainSshError(stderr: string): UnreachableReason {
  const text = stderr.replaceAll("\r", "")
  for (const { when, is } of rows) {
    const found = when.exec(text)
    if (found) return is(found)
  }
  const last = lastLine(text)
  return { reason: last === "" ? "ssh ended without a word" : `ssh says: ${shown(last)}`, vague: true }
}

/** Explains why no sh runs on the host, if ssh itself connected. */
export function explainShellError(code: number | null, stderr: string, stray: string): UnreachableReason {
  const text = lastLine(`${stray}\n${stderr}`).trim()
  const details = text === "" ? "" : `: ${shown(text)}`
  if (code === 127 || code === 126) return { reason: `it has no /bin/sh that runs${details}` }
  return {
    reason: `its login shell did not run /bin/sh${details || ` (exit code ${code})`}`,
    remedy: "the account needs a login shell that runs commands, and no ForceCommand",
  }
}
