import { join } from "node:path"
import { UserError } from "../core/errors.ts"
import { shellWord, shown } from "../core/escape.ts"
import { apply, type Change, changeOf, declaredIn } from "./change.ts"
import { advised, type Command, optionsIn, UsageError } from "./command.ts"
import { notDue } from "./due.ts"
import { commit, tracked } from "./git.ts"
import { openPullRequest, type Proposal, pullRequest } from "./pull-request.ts"
import { type StackFile, stackFile } from "./stack.ts"
import { type TokenState, tokenState } from "./state.ts"

const options = {
  compromised: { type: "boolean", default: false },
  "if-due": { type: "boolean", default: false },
  commit: { type: "boolean", default: false },
  "pull-request": { type: "boolean", default: false },
  stack: { type: "string" },
  cwd: { type: "string", default: "." },
} as const

const help = `gatekey rotate [OPTION]...
Raises gatekey:token.rotation in Pulumi.<stack>.yaml, and changes nothing else there.
The next \`pulumi up\` makes the new generation and rolls it out.

  --compromised    the generation in force leaked: lists it in compromised as well, so that nobody goes back to it
  --if-due         only when the generation in force is older than maxAge; says so otherwise, and ends with 0
  --commit         commits the file, and nothing else
  --pull-request   opens a pull request with gh, from a branch of its own; the work tree stays as it is
  --stack NAME     default: the only one with a gatekey:token, else the one that is selected
  --cwd DIR        the project's folder; default: this one
`

export const rotate: Command = {
  summary: "raises the generation's number, which the next `pulumi up` rolls out",
  help,

  async run(args) {
    const wish = wishOf(args)
    const stack = await stackFile(wish.cwd, wish.stack)
    const declared = await declaredIn(pathOf(stack))
    const state = await stateOf(stack, wish["if-due"])
    const reason = wish["if-due"] ? notDue(declared, state, Date.now()) : undefined
    if (reason !== undefined) return say(reason)
    const change = changeOf(declared, state, wish.compromised)
    if (wish["pull-request"]) return say(await proposed(stack, change, wish))
    if (wish.commit)
      return say(...told(stack, change), `committed as ${await committed(stack, change, wish)}; run: ${up(wish)}`)
    await apply(pathOf(stack), change)
    return say(...told(stack, change), `review and run: ${up(wish)}`)
  },
}

type Wish = ReturnType<typeof optionsIn<typeof options>>

function wishOf(args: readonly string[]): Wish {
  const wish = optionsIn(args, options)
  if (wish.commit && wish["pull-request"]) throw new UsageError("either --commit or --pull-request")
  if (wish.compromised && wish["if-due"]) throw new UsageError("either --compromised, which does not wait, or --if-due")
  return wish
}

/** Only what is due needs the state: without it, the number may be one that was given before. */
async function stateOf(stack: StackFile, needed: boolean): Promise<TokenState | undefined> {
  try {
    return await tokenState(stack)
  } catch (error) {
    if (needed || !(error instanceof UserError)) throw error
    process.stderr.write(
      `gatekey: the stack's state is not known (${error.message}), so the number follows the file alone; where the stack has had a higher one, it brings an old token back\n`,
    )
    return undefined
  }
}

/** Commits the change; where that fails, the file is as it was. */
async function committed(stack: StackFile, change: Change, wish: Wish): Promise<string> {
  const file = await tracked(pathOf(stack))
  const undo = await apply(pathOf(stack), change)
  try {
    return await commit(file, [titleOf(change), bodyOf(stack, change)].join("\n\n"))
  } catch (error) {
    await undo()
    const byHand = `${gatekey(wish)} && git commit -m ${shellWord(titleOf(change))} ${shellWord(stack.name)}`
    throw advised(error, byHand)
  }
}

async function proposed(stack: StackFile, change: Change, wish: Wish): Promise<string> {
  const file = await tracked(pathOf(stack))
  const proposal = proposalOf(stack, change, wish)
  const open = await openPullRequest(file, proposal)
  if (open !== undefined && wish["if-due"])
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
  return ["npx gatekey rotate", ...(wish.compromised ? ["--compromised"] : []), ...whereOf(wish)].join(" ")
}

function whereOf({ stack, cwd }: Wish): readonly string[] {
  return [
    ...(stack === undefined ? [] : [`--stack ${shellWord(stack)}`]),
    ...(cwd === "." ? [] : [`--cwd ${shellWord(cwd)}`]),
  ]
}

function say(...lines: readonly string[]): 0 {
  process.stdout.write(`${lines.join("\n")}\n`)
  return 0
}
