import { join } from "node:path"
import { Option } from "commander"
import { gatekeyCommand } from "../../core/command-line.ts"
import { UserError } from "../../core/errors.ts"
import { shellWord, shown } from "../../core/escape.ts"
import { runEdit } from "../../hosts/writing.ts"
import { advised, type Command } from "../command.ts"
import { complain, print } from "../print.ts"
import { commit, tracked } from "../stack/git.ts"
import { type StackFile, stackFile } from "../stack/stack.ts"
import { type TokenState, tokenState } from "../stack/state.ts"
import { apply, type Change, changeOf, declaredIn } from "./change.ts"
import { notDue } from "./due.ts"
import { openPullRequest, type Proposal, pullRequest } from "./pull-request.ts"

interface Wish {
  readonly compromised?: boolean
  readonly ifDue?: boolean
  readonly commit?: boolean
  readonly pullRequest?: boolean
  readonly stack?: string
  readonly cwd: string
}

export const rotate: Command<Wish> = {
  name: "rotate",
  summary: "raises the generation's number, which the next `pulumi up` rolls out",
  description: `Raises gatekey:token.rotation in Pulumi.<stack>.yaml, and changes nothing else there. The next \`pulumi up\` makes the new generation and rolls it out.`,
  example: `${gatekeyCommand} rotate --if-due --pull-request`,

  define(words) {
    words
      .option("--compromised", "the generation in force leaked: nobody can go back to it")
      .addOption(new Option("--if-due", "only when it is older than maxAge; else says so").conflicts("compromised"))
      .option("--commit", "commits the file, and nothing else")
      .addOption(
        new Option("--pull-request", "opens one with gh, from a branch of its own; the work tree stays").conflicts(
          "commit",
        ),
      )
      .option("--stack <name>", "default: the only one with a gatekey:token, else the selected one")
      .option("--cwd <folder>", "the project's folder", ".")
  },

  async run(_, wish) {
    const stack = await stackFile(wish.cwd, wish.stack)
    const declared = await declaredIn(pathOf(stack))
    const state = await stateOf(stack, wish.ifDue)
    const reason = wish.ifDue ? notDue(declared, state, Date.now()) : undefined
    if (reason !== undefined) return say(reason)
    const change = changeOf(declared, state, wish.compromised === true)
    if (wish.pullRequest) return say(await proposed(stack, change, wish))
    if (wish.commit)
      return say(...told(stack, change), `committed as ${await committed(stack, change, wish)}; run: ${up(wish)}`)
    await apply(pathOf(stack), change)
    return say(...told(stack, change), `review and run: ${up(wish)}`)
  },
}

/** Only what is due needs the state: without it, the number may be one that was given before. */
async function stateOf(stack: StackFile, needed = false): Promise<TokenState | undefined> {
  try {
    return await tokenState(stack)
  } catch (error) {
    if (needed || !(error instanceof UserError)) throw error
    complain(
      `gatekey: the stack's state is not known (${error.message}), so the number follows the file alone; where the stack has had a higher one, it brings an old token back\n`,
    )
    return undefined
  }
}

/** Commits the change; where that fails, or a signal ends it, the file is as it was. */
async function committed(stack: StackFile, change: Change, wish: Wish): Promise<string> {
  const file = await tracked(pathOf(stack))
  return runEdit(async () => {
    const undo = await apply(pathOf(stack), change)
    try {
      return await commit(file, [titleOf(change), bodyOf(stack, change)].join("\n\n"))
    } catch (error) {
      await undo()
      const byHand = `${gatekey(wish)} && git commit -m ${shellWord(titleOf(change))} ${shellWord(stack.name)}`
      throw advised(error, byHand)
    }
  })
}

async function proposed(stack: StackFile, change: Change, wish: Wish): Promise<string> {
  const file = await tracked(pathOf(stack))
  const proposal = proposalOf(stack, change, wish)
  const open = await openPullRequest(file, proposal)
  if (open !== undefined && wish.ifDue)
    return `generation ${change.to} waits in ${open}; after its merge run: ${up(wish)}`
  if (open !== undefined) throw new UserError(`a pull request for generation ${change.to} is open already: ${open}`)
  const url = await pullRequest(file, proposal, async ({ folder, name }) => {
    await apply(join(folder, name), change)
  })
  return [...told(stack, change), `opened ${url}; after its merge run: ${up(wish)}`].join("\n")
}

function proposalOf(stack: StackFile, change: Change, wish: Wish): Proposal {
  const branch = `gatekey/rotation-${change.to}${stack.alone ? "" : `-${stack.stack.split("/").at(-1)}`}`
  const byHand = `git switch -c ${branch} && ${gatekey(wish)} --commit && git push -u origin ${branch}`
  return { branch, title: titleOf(change), body: bodyOf(stack, change), byHand }
}

function titleOf({ to }: Change): string {
  return `gatekey: rotate to generation ${to}`
}

function bodyOf({ name }: StackFile, { from, to, compromise }: Change): string {
  const leaked = compromise === undefined ? "" : ` Generation ${compromise} is compromised: nobody can go back to it.`
  return `gatekey:token.rotation in ${name}: ${from} -> ${to}.${leaked} The next \`pulumi up\` rolls it out.`
}

/** Never a line of the file: a secret may stand beside the number. */
function told({ name }: StackFile, { from, to, compromise }: Change): readonly string[] {
  const leaked = compromise === undefined ? [] : [`+ gatekey:token.compromised: ${compromise}`]
  return [shown(name), `- gatekey:token.rotation: ${from}`, `+ gatekey:token.rotation: ${to}`, ...leaked]
}

function pathOf({ folder, name }: StackFile): string {
  return join(folder, name)
}

function up(wish: Wish): string {
  return ["pulumi up", ...whereOf(wish)].join(" ")
}

function gatekey(wish: Wish): string {
  return [gatekeyCommand, "rotate", ...(wish.compromised ? ["--compromised"] : []), ...whereOf(wish)].join(" ")
}

function whereOf({ stack, cwd }: Wish): readonly string[] {
  return [
    ...(stack === undefined ? [] : [`--stack ${shellWord(stack)}`]),
    ...(cwd === "." ? [] : [`--cwd ${shellWord(cwd)}`]),
  ]
}

function say(...lines: readonly string[]): 0 {
  print(`${lines.join("\n")}\n`)
  return 0
}
