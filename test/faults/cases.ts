import type { Fault, Syscall } from "../support/faults/strace.ts"
import type { Stage } from "./scene.ts"

/** A step of a scene: a call that changes a file, makes a change durable, or asks who answers elsewhere. */
export interface Step {
  readonly call: string
  readonly number: number
  /** Who makes it. */
  readonly pid: number
  /** The call and its file or its port, without random parts. */
  readonly what: string
  readonly errors: readonly Fault["error"][]
  /** Whether one of the stage's others makes it, and not the provider. */
  readonly isOthers?: boolean
}

/** An error at a step, or something that goes wrong outside while the operation runs. */
export type Case =
  | { readonly step: Step; readonly error: Fault["error"] }
  | { readonly condition: string }
  | { readonly clock: string }

export const fileErrors = ["SIGKILL", "ENOSPC", "EACCES", "EIO", "EROFS"] as const
const connectErrors = ["SIGKILL", "ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH"] as const
const writeErrors = ["SIGKILL", "EPIPE", "ECONNRESET"] as const

/** How far the clock jumps in the midst of each operation, as faketime writes it. */
export const jumps = ["+400d", "-2d"] as const

/** Lists the steps of a stage: what was called for one of its files or ports. A call that only opens a file to read it is none. */
export function stepsOf(
  calls: readonly Syscall[],
  { folder, seenAs = folder, ports = [] }: Pick<Stage, "folder" | "seenAs" | "ports">,
): Step[] {
  const found = new Map<string, Step>()
  for (const { pid, name, number, text } of calls) {
    const port = ports.find((each) => text.includes(`htons(${each})`) || new RegExp(`->[^>]*:${each}\\]`).test(text))
    if (port !== undefined) {
      const errors = name === "connect" ? connectErrors : writeErrors
      found.set(`${name} ${number}`, {
        pid,
        call: name,
        number,
        what: `${name} to port ${ports.indexOf(port) + 1}`,
        errors,
      })
    }
    // A name in a working directory of its own has that folder before it.
    if (!text.includes(seenAs) || /^open/.test(name) !== /O_(?:CREAT|WRONLY|RDWR)/.test(text)) continue
    if (name === "connect" || /"\/(?:dev|proc)\//.test(text)) continue
    const file = [...text.matchAll(/[<"]([^<>"]*)[>"]/g)].map(([, path = ""]) => path).filter((path) => path !== "")
    const what = `${name} ${(file.filter((path) => path !== seenAs).at(-1) ?? "").replace(seenAs, "").replace(/[0-9a-f]{12}|~\S*|\b\d{3,}\b/g, "…") || "/"}`
    found.set(`${name} ${number}`, { pid, call: name, number, what, errors: fileErrors })
  }
  return [...found.values()]
}

/** Lists the cases of the steps: each with each of its errors, or with one of them in turn. */
export function casesOf(steps: readonly Step[], all: boolean, turn: number): { step: Step; error: Fault["error"] }[] {
  if (all) return steps.flatMap((step) => step.errors.map((error) => ({ step, error })))
  return steps.map((step, at) => ({ step, error: step.errors[(at + turn) % step.errors.length] ?? "SIGKILL" }))
}

export function describeCase(one: Case): string {
  if ("condition" in one) return one.condition
  if ("clock" in one) return `the clock jumps by ${one.clock}`
  return `${one.error} at ${one.step.what} (${one.step.call} ${one.step.number})`
}
