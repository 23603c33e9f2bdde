import type { Fault } from "../support/faults/strace.ts"
import type { TracedCall } from "./attach.ts"

/** A step of a scene: a call that changes a file, or makes a change durable. */
export interface Step {
  readonly call: string
  readonly number: number
  /** The call and its file, without random parts. */
  readonly what: string
}

export interface Case {
  readonly step: Step
  readonly error: Fault["error"]
}

export const errors = ["SIGKILL", "ENOSPC", "EACCES", "EIO", "EROFS"] as const

/** Lists the steps in a scene's folder: what was called for one of its files. Calls that only open a file to read it are none. */
export function stepsOf(calls: readonly TracedCall[], folder: string): Step[] {
  const found = new Map<string, Step>()
  for (const { name, number, text } of calls) {
    // A name in a working directory of its own has that folder before it.
    if (!text.includes(folder) || /^open/.test(name) !== /O_(?:CREAT|WRONLY|RDWR)/.test(text)) continue
    if (/"\/(?:dev|proc)\//.test(text)) continue
    const file = [...text.matchAll(/[<"]([^<>"]*)[>"]/g)].map(([, path = ""]) => path).filter((path) => path !== "")
    const what = `${name} ${(file.filter((path) => path !== folder).at(-1) ?? "").replace(folder, "").replace(/[0-9a-f]{12}|~\S*/g, "…") || "/"}`
    found.set(`${name} ${number}`, { call: name, number, what })
  }
  return [...found.values()]
}

/** Lists the cases: each step with each kind of fault, or with one of them in turn. */
export function casesOf(steps: readonly Step[], all: boolean, turn: number): Case[] {
  if (all) return steps.flatMap((step) => errors.map((error) => ({ step, error })))
  return steps.map((step, at) => ({ step, error: errors[(at + turn) % errors.length] ?? "SIGKILL" }))
}
