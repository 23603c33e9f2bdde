import { keyIdOf, publicKeyProblem } from "../../../core/access-token.ts"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { octal } from "../../../core/octal.ts"
import type { FileSnapshot } from "../../../hosts/host.ts"
import { hostOf } from "../../../hosts/index.ts"
import { files, isMinter, minterProgram } from "../../../probes/keys/minter.ts"
import { parseKeyFile } from "../../../probes/keys/parse.ts"
import { keyScript } from "../../../probes/keys/script.ts"
import type { KeySnapshot } from "../../../probes/keys/snapshot.ts"
import { type ClientKeyInputs, describeCurrent, rightMinter } from "./inputs.ts"

/** What is in the folder of a client, compared with what is declared. */
export interface ClientKeyEvaluation {
  readonly code: "absent" | "unreadable" | "foreign" | "other-identity" | "too-open" | "unchecked" | "current"
  readonly message: string
  readonly publicKey?: string
  /** Describes the program that prints tokens. */
  readonly minter: string
  /** A file that gatekey did not write has the program's name. */
  readonly isForeignMinter: boolean
}

/**
 * @param expected the public key that was made there
 * @throws UserError if the host cannot be reached, or its answer was cut off
 */
export async function evaluateClientKey(
  inputs: ClientKeyInputs,
  domain: string,
  expected: string | undefined,
): Promise<ClientKeyEvaluation> {
  const host = hostOf(inputs.host)
  const { script, args } = keyScript(`${inputs.folder}/${files.key}`)
  const [{ stdout }, program] = await Promise.all([
    host.run(script, { args }),
    host.readSnapshot(`${inputs.folder}/${files.minter}`),
  ])
  const snapshot = parseKeyFile(stdout)
  if (!snapshot) throw new UserError(`${inputs.folder}: the host's answer was cut off; run the command again`)
  return {
    ...evaluateKey(snapshot, inputs, expected),
    ...evaluateMinter(program, minterProgram({ ...inputs, domain })),
  }
}

/** Compares the file of a key with its declaration. The first thing that is wrong counts, the worst first. */
export function evaluateKey(
  snapshot: KeySnapshot,
  client: Pick<ClientKeyInputs, "name" | "generation">,
  expected: string | undefined,
): Pick<ClientKeyEvaluation, "code" | "message" | "publicKey"> {
  if (snapshot.kind === "absent") return { code: "absent", message: "nothing" }
  if (snapshot.kind === "unreadable") return { code: "unreadable", message: `unreadable: it ${snapshot.reason}` }
  const { id, mode, isOwn, publicKey, hasOpenssl } = snapshot
  if (id === undefined) return { code: "foreign", message: publicKey ? "a key that gatekey did not make" : "no key" }
  const found = (code: ClientKeyEvaluation["code"], message: string) => ({
    code,
    message,
    ...(publicKey ? { publicKey } : {}),
  })
  if (id !== keyIdOf(client)) return found("other-identity", `the key of ${shown(id)}`)
  if (!hasOpenssl) return found("unchecked", "a key that was not checked: the host has no openssl")
  if (publicKey === undefined || publicKeyProblem(publicKey)) return found("foreign", "no key of P-256")
  if (expected !== undefined && publicKey !== expected)
    return found("foreign", "another key than the one that was made")
  const own = describeCurrent(client)
  if (!isOwn || (mode & 0o077) !== 0) return found("too-open", `${own}, but others can read it (${octal(mode)})`)
  return found("current", own)
}

function evaluateMinter(found: FileSnapshot, wanted: string): Pick<ClientKeyEvaluation, "minter" | "isForeignMinter"> {
  if (found.kind === "absent") return { minter: "is missing", isForeignMinter: false }
  if (found.kind !== "file") return { minter: `is ${found.kind}`, isForeignMinter: true }
  const text = Buffer.from(found.bytes).toString("utf8")
  if (!isMinter(text)) return { minter: "was not written by gatekey", isForeignMinter: true }
  const isRight = text === wanted && (found.mode & 0o777) === 0o700
  const minter = isRight ? rightMinter : text === wanted ? `has the mode ${octal(found.mode)}` : "differs"
  return { minter, isForeignMinter: false }
}
