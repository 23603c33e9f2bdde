import { join } from "node:path"
import { UserError } from "../../core/errors.ts"
import { shellWord } from "../../core/escape.ts"
import { runEdit } from "../../hosts/writing.ts"
import type { Run } from "../command.ts"
import { withManualCommand } from "../command.ts"
import { print, printError } from "../print.ts"
import { commit, requireTracked } from "../stack/git.ts"
import { findStackFile, type StackFile } from "../stack/stack.ts"
import { readTokenState, type TokenState } from "../stack/state.ts"
import { applyChange, planChange, type RotationChange, readDeclaredRotation } from "./change.ts"
import { rotateCommand, upCommand } from "./commands.ts"
import { bodyOf, diffLines, titleOf } from "./describe.ts"
import { describeNotDue } from "./due.ts"
import type { Options } from "./options.ts"
import { findPullRequest, openPullRequest, type Proposal } from "./pull-request.ts"

export const run: Run<Options> = async (_, wish) => {
  const stack = await findStackFile(wish.cwd, wish.stack)
  const declared = await readDeclaredRotation(pathOf(stack))
  const state = await stateOf(stack, wish.ifDue)
  const reason = wish.ifDue ? describeNotDue(declared, state, Date.now()) : undefined
  if (reason !== undefined) return printLines(reason)
  const change = planChange(declared, state, wish.compromised === true)
  if (wish.pullRequest) return printLines(await openProposal(stack, change, wish))
  if (wish.commit)
    return printLines(
      ...diffLines(stack, change),
      `committed as ${await commitChange(stack, change, wish)}; run: ${upCommand(wish)}`,
    )
  await applyChange(pathOf(stack), change)
  return printLines(...diffLines(stack, change), `review and run: ${upCommand(wish)}`)
}

/** Reads the state, which only `--if-due` requires: without it, the new number may be an old one. */
async function stateOf(stack: StackFile, needed = false): Promise<TokenState | undefined> {
  try {
    return await readTokenState(stack)
  } catch (error) {
    if (needed || !(error instanceof UserError)) throw error
    printError(
      `gatekey: the stack's state is not known (${error.message}), so the number is derived from the file alone; if the stack had a higher one, an old token comes back\n`,
    )
    return undefined
  }
}

/** Commits the change; if that fails, or a signal ends it, the file is restored. */
async function commitChange(stack: StackFile, change: RotationChange, wish: Options): Promise<string> {
  const file = await requireTracked(pathOf(stack))
  return runEdit(async () => {
    const undo = await applyChange(pathOf(stack), change)
    try {
      return await commit(file, [titleOf(change), bodyOf(stack, change)].join("\n\n"))
    } catch (error) {
      await undo()
      const byHand = `${rotateCommand(wish)} && git commit -m ${shellWord(titleOf(change))} ${shellWord(stack.name)}`
      throw withManualCommand(error, byHand)
    }
  })
}

async function openProposal(stack: StackFile, change: RotationChange, wish: Options): Promise<string> {
  const file = await requireTracked(pathOf(stack))
  const proposal = proposalOf(stack, change, wish)
  const open = await findPullRequest(file, proposal)
  if (open !== undefined && wish.ifDue)
    return `generation ${change.to} is proposed in ${open}; after its merge run: ${upCommand(wish)}`
  if (open !== undefined) throw new UserError(`a pull request for generation ${change.to} is open already: ${open}`)
  const url = await openPullRequest(file, proposal, async ({ folder, name }) => {
    await applyChange(join(folder, name), change)
  })
  return [...diffLines(stack, change), `opened ${url}; after its merge run: ${upCommand(wish)}`].join("\n")
}

function proposalOf(stack: StackFile, change: RotationChange, wish: Options): Proposal {
  const branch = `gatekey/rotation-${change.to}${stack.alone ? "" : `-${stack.stack.split("/").at(-1)}`}`
  const byHand = `git switch -c ${branch} && ${rotateCommand(wish)} --commit && git push -u origin ${branch}`
  return { branch, title: titleOf(change), body: bodyOf(stack, change), byHand }
}

function pathOf({ folder, name }: StackFile): string {
  return join(folder, name)
}

function printLines(...lines: readonly string[]): 0 {
  print(`${lines.join("\n")}\n`)
  return 0
}
