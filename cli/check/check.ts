import { writeFile } from "node:fs/promises"
import { gatekeyCommand } from "../../core/command-line.ts"
import { describeErrno } from "../../core/errno.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import type { Command } from "../command.ts"
import { inputText, mostOfStack } from "../input.ts"
import { jsonText, print } from "../print.ts"
import { documentNamed, type StackDocument } from "../stack/document.ts"
import { type Proposal, proposalIn } from "./proposal.ts"

interface Wish {
  readonly base?: string
  readonly approved?: boolean
  readonly write?: string
  readonly json?: boolean
}

export const check: Command<Wish> = {
  name: "check",
  summary: "says whether a stack's file can be used, and what of it a reviewer has to approve",
  description: `Reads a Pulumi.<stack>.yaml as data: no engine, no host and no secret is needed. With --base, the file in force, it says what changes: token.rotation, maxAge, keep and compromised may be previewed by anybody who may propose them; what leads a preview to another file, host or command needs an approval; what is not under gatekey: may not change at all.

Ends with 0 where it may be previewed, with 1 where it may not, with 2 where it could not be read.`,
  example: `${gatekeyCommand} check --base Pulumi.home.yaml --write checked.yaml proposed.yaml`,

  define(words) {
    words
      .argument("<file>", "the stack's file, of whatever name")
      .option("--base <file>", "the one in force")
      .option("--approved", "a reviewer has approved what needs it")
      .option("--write <file>", "writes what may be previewed there, as JSON, which every YAML reader takes alike")
      .option("--json", "the same for machines")
  },

  async run([file = ""], { base, approved = false, write, json }) {
    const proposed = await documentIn(file)
    const proposal = proposalIn(proposed, base === undefined ? undefined : await documentIn(base))
    const refusals = refusalsIn(proposal, approved)
    print(json ? jsonText(proposal) : told(file, proposal, refusals))
    if (refusals.length > 0) return 1
    if (write !== undefined) await written(write, proposed.json)
    return 0
  },
}

function refusalsIn({ problems, reviewed, fixed }: Proposal, approved: boolean): readonly string[] {
  const waiting = approved ? [] : reviewed
  return [
    ...problems.map((line) => shown(line, 600)),
    ...fixed.map((key) => `${shown(key)}: changes; only what stands under gatekey: may, in what is previewed unmerged`),
    ...waiting.map((key) => `${shown(key)}: changes; a reviewer has to approve that before it is previewed`),
  ]
}

function told(file: string, { free, reviewed }: Proposal, refusals: readonly string[]): string {
  if (refusals.length > 0)
    return `${shown(file)} may not be previewed:\n${refusals.map((line) => `  ${line}\n`).join("")}`
  const changes = [...free, ...reviewed].map((key) => shown(key))
  return `${shown(file)} may be previewed${changes.length > 0 ? `; it changes ${changes.join(", ")}` : ""}\n`
}

async function documentIn(file: string): Promise<StackDocument> {
  return documentNamed(file, await inputText(file, mostOfStack, "a stack's file"))
}

async function written(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 }).catch((error) => {
    throw new UserError(`${shown(file)}: ${describeErrno(error)}`)
  })
}
