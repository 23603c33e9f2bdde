import { randomBytes } from "node:crypto"
import { isSecret, type Raw, secret, secretsIn, unknown } from "../../support/engine/wire.ts"
import { runLocal } from "./local.ts"
import { runRemote } from "./remote.ts"
import type { Inputs, Log, Printed } from "./run.ts"

/** `command:local:Command`, `command:remote:Command`. */
export type Kind = "local" | "remote"

const runs = { local: runLocal, remote: runRemote }

/** remote/command.go: `connection` is a secret. */
export function check(kind: Kind, news: Raw): Raw {
  const { connection } = news
  return kind === "local" || isSecret(connection) ? news : { ...news, connection: secret(connection) }
}

/** commandController.go, Create, of both: nothing runs in a preview; without `create` nothing runs at all. */
export async function create(kind: Kind, name: string, inputs: Raw, preview: boolean, log: Log) {
  const id = `${name}${randomBytes(4).toString("hex")}`
  if (preview) return { id, outputs: { ...inputs, stdout: unknown, stderr: unknown } }
  const { create } = plain(inputs)
  const printed = create === undefined ? nothing : await runs[kind](create, plain(inputs), nothing, log)
  return { id, outputs: outputs(inputs, printed) }
}

/** commandController.go, Update, of both: any input that changed runs `update`, or `create` where there is none. */
export async function update(kind: Kind, olds: Raw, news: Raw, preview: boolean, log: Log): Promise<Raw> {
  if (preview) return { ...news, stdout: unknown, stderr: unknown }
  const inputs = plain(news)
  const command = inputs.update ?? inputs.create
  const before = printedBy(olds)
  return outputs(news, command === undefined ? before : await runs[kind](command, inputs, before, log))
}

/** commandController.go, Delete, of both. */
export async function remove(kind: Kind, olds: Raw, log: Log): Promise<void> {
  const inputs = plain(olds)
  if (inputs.delete !== undefined) await runs[kind](inputs.delete, inputs, printedBy(olds), log)
}

const nothing: Printed = { stdout: "", stderr: "" }

/** infer, resource.go, markSecret: what a command printed is secret where any of its inputs is. */
function outputs(inputs: Raw, { stdout, stderr }: Printed): Raw {
  const mark = secretsIn(inputs).length > 0 ? secret : (text: string) => text
  return { ...inputs, stdout: mark(stdout), stderr: mark(stderr) }
}

function printedBy(olds: Raw): Printed {
  const { stdout = "", stderr = "" } = plain(olds) as Inputs & Partial<Printed>
  return { stdout, stderr }
}

/** Without the marks of secrets. */
function plain(value: Raw): Inputs {
  const unwrap = (one: unknown): unknown => {
    if (isSecret(one)) return unwrap(one.value)
    if (Array.isArray(one)) return one.map(unwrap)
    if (typeof one !== "object" || one === null) return one
    return Object.fromEntries(Object.entries(one).map(([key, entry]) => [key, unwrap(entry)]))
  }
  return unwrap(value) as Inputs
}
