import { lstat } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { UserError } from "../../core/errors.ts"
import { shellWord, shown } from "../../core/escape.ts"
import { type ProcessResult, runProgram } from "./run-program.ts"

/** A file without uncommitted changes. */
export interface Tracked {
  /** The file's folder, absolute. */
  readonly folder: string
  readonly name: string
  /** From the top of the repository to the folder: empty, or with a slash at the end. */
  readonly prefix: string
}

/** Checks that git tracks the file. @throws UserError if it is not in a repository, or has uncommitted changes */
export async function requireTracked(file: string): Promise<Tracked> {
  const [folder, name] = [dirname(file), basename(file)]
  const inside = await git(folder, "rev-parse", "--show-prefix")
  if (inside.code !== 0)
    throw new UserError(`${shown(folder)} is not a git repository; drop --commit and --pull-request`)
  const status = await git(folder, "status", "--porcelain", "--ignored", "--", name)
  if (status.code !== 0) throw new UserError(`git status: ${status.reason}`)
  const path = shellWord(name)
  if (/^(?:\?\?|!!)/.test(status.stdout))
    throw new UserError(`${shown(name)} is not in git; commit it first: git add ${path}`)
  if (status.stdout !== "")
    throw new UserError(
      `${shown(name)} has changes that are not committed; commit or undo them first: git diff HEAD ${path}`,
    )
  if ((await lstat(file)).isSymbolicLink())
    throw new UserError(
      `${shown(name)} is a symbolic link, but git tracks only the link; drop --commit and --pull-request`,
    )
  return { folder, name, prefix: inside.stdout.trim() }
}

/** Commits only that file; other staged changes stay staged. @returns the short commit; @throws UserError with git's reason */
export async function commit({ folder, name }: Tracked, message: string): Promise<string> {
  const { code, reason } = await git(folder, "commit", "--quiet", "--message", message, "--", name)
  if (code !== 0) throw new UserError(`git commit: ${reason}`)
  return (await git(folder, "rev-parse", "--short", "HEAD")).stdout.trim()
}

/** Runs git in the folder; it treats no name as a pattern. */
export function git(folder: string, ...args: readonly string[]): Promise<ProcessResult> {
  return runProgram(folder, "git", "--literal-pathspecs", ...args)
}

/** Returns the same file in another work tree of its repository. */
export function withinTree(tree: string, { name, prefix }: Tracked): Tracked {
  return { folder: join(tree, prefix), name, prefix }
}
