import { writeFile } from "node:fs/promises"
import { describeErrno } from "../../core/errno.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import type { Run } from "../command.ts"
import { mostOfStack, readInput } from "../input.ts"
import { jsonText, print } from "../print.ts"
import { namedDocument, type StackDocument } from "../stack/document.ts"
import { type Proposal, proposalIn } from "./proposal.ts"

export interface Options {
  readonly base?: string
  readonly approved?: boolean
  readonly write?: string
  readonly json?: boolean
}

export const run: Run<Options> = async ([file = ""], { base, approved = false, write, json }) => {
  const proposed = await readDocument(file)
  const proposal = proposalIn(proposed, base === undefined ? undefined : await readDocument(base))
  const refusals = refusalsIn(proposal, approved)
  print(json ? jsonText(proposal) : describeProposal(file, proposal, refusals))
  if (refusals.length > 0) return 1
  if (write !== undefined) await writeChecked(write, proposed.json)
  return 0
}

function refusalsIn({ problems, reviewed, fixed }: Proposal, approved: boolean): readonly string[] {
  const waiting = approved ? [] : reviewed
  return [
    ...problems.map((line) => shown(line, 600)),
    ...fixed.map((key) => `${shown(key)}: changes; before the merge, only keys under gatekey: may change`),
    ...waiting.map((key) => `${shown(key)}: changes; a reviewer must approve that before a preview`),
  ]
}

function describeProposal(file: string, { free, reviewed }: Proposal, refusals: readonly string[]): string {
  if (refusals.length > 0)
    return `${shown(file)} may not be previewed:\n${refusals.map((line) => `  ${line}\n`).join("")}`
  const changes = [...free, ...reviewed].map((key) => shown(key))
  return `${shown(file)} may be previewed${changes.length > 0 ? `; it changes ${changes.join(", ")}` : ""}\n`
}

async function readDocument(file: string): Promise<StackDocument> {
  return namedDocument(file, await readInput(file, mostOfStack, "a stack's file"))
}

async function writeChecked(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 }).catch((error) => {
    throw new UserError(`${shown(file)}: ${describeErrno(error)}`)
  })
}
