import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { UserError } from "../../core/errors.ts"
import { shellWord, shown } from "../../core/escape.ts"
import { runEdit } from "../../hosts/writing.ts"
import { withManualCommand } from "../command.ts"
import { commit, git, type Tracked, withinTree } from "../stack/git.ts"
import { type ProcessResult, runProgram } from "../stack/run-program.ts"

export interface Proposal {
  readonly branch: string
  readonly title: string
  readonly body: string
  /** The command that does the same by hand, up to the push. */
  readonly byHand: string
}

/**
 * Finds the open pull request of a branch: its URL; undefined if the branch is not at the remote.
 * @throws UserError also if the branch has no open pull request
 */
export async function findPullRequest({ folder }: Tracked, { branch, byHand }: Proposal): Promise<string | undefined> {
  await gh(folder, "--version").catch(() => {
    throw new UserError(`gh is not on PATH; install it (https://cli.github.com), or do it by hand: ${byHand}`)
  })
  const remote = await remoteOf(folder)
  const heads = await git(folder, "ls-remote", "--heads", remote, `refs/heads/${branch}`)
  if (heads.code !== 0) throw new UserError(`git ls-remote ${remote}: ${heads.reason}`)
  if (heads.stdout === "") return undefined
  const open = await gh(folder, "pr", "list", "--head", branch, "--state", "open", "--json", "url", "--jq", ".[].url")
  const url = open.stdout.trim()
  if (open.code !== 0) throw new UserError(`gh pr list: ${open.reason}`)
  if (url !== "") return shown(url)
  throw new UserError(
    `${branch} is already at ${remote}, but has no open pull request; open it: gh pr create --head ${branch}, or remove it: git push ${remote} --delete ${branch}`,
  )
}

/**
 * Opens a pull request with one commit on top of HEAD. It uses a work tree of its own: neither the user's nor the local
 * branches change.
 * @param edit changes the file there
 * @returns the pull request's URL; @throws UserError with what failed, and the manual command
 */
export async function openPullRequest(
  file: Tracked,
  { branch, title, body, byHand }: Proposal,
  edit: (file: Tracked) => Promise<void>,
): Promise<string> {
  const { folder } = file
  const remote = await remoteOf(folder)
  const work = async (tree: string) => {
    await edit(withinTree(tree, file))
    await commit(withinTree(tree, file), title)
    requireSuccess(`git push ${remote}`, await git(tree, "push", "--quiet", remote, `HEAD:refs/heads/${branch}`))
  }
  // Not interruptible, with its cleanup.
  await runEdit(() => inWorkTree(folder, work)).catch((error) => {
    throw withManualCommand(error, byHand)
  })
  const base = await branchOf(folder)
  const onto = base === undefined ? [] : ["--base", base]
  const made = await gh(folder, "pr", "create", "--head", branch, ...onto, "--title", title, "--body", body)
  if (made.code === 0) return shown(made.stdout.trim())
  const again = `gh pr create --head ${branch} --title ${shellWord(title)} --body ""`
  throw new UserError(`${branch} is pushed, but gh could not open the pull request: ${made.reason}. By hand: ${again}`)
}

async function inWorkTree(folder: string, work: (tree: string) => Promise<void>): Promise<void> {
  const aside = await mkdtemp(join(tmpdir(), "gatekey-"))
  const tree = join(aside, "tree")
  try {
    requireSuccess("git worktree add", await git(folder, "worktree", "add", "--quiet", "--detach", tree, "HEAD"))
    await work(tree)
  } finally {
    await git(folder, "worktree", "remove", "--force", tree)
    await rm(aside, { recursive: true, force: true })
  }
}

function requireSuccess(what: string, { code, reason }: ProcessResult): void {
  if (code !== 0) throw new UserError(`${what}: ${reason}`)
}

/** Returns the current branch; undefined if none is checked out. */
async function branchOf(folder: string): Promise<string | undefined> {
  const { code, stdout } = await git(folder, "symbolic-ref", "--quiet", "--short", "HEAD")
  return code === 0 ? stdout.trim() : undefined
}

async function remoteOf(folder: string): Promise<string> {
  const configured = await git(folder, "config", "--get", `branch.${await branchOf(folder)}.remote`)
  // A branch that follows a local one has the remote ".".
  const remote = configured.stdout.trim().replace(/^\.?$/, "origin")
  const { code } = await git(folder, "remote", "get-url", remote)
  if (code !== 0)
    throw new UserError(`the repository has no remote ${shown(remote)} to push to; add one: git remote add`)
  return remote
}

function gh(folder: string, ...args: readonly string[]): Promise<ProcessResult> {
  return runProgram(folder, "gh", ...args)
}
