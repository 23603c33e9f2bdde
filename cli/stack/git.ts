import { lstat } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { UserError } from "../../core/errors.ts"
import { shellWord, shown } from "../../core/escape.ts"
import { type Ended, run } from "./run.ts"

/** A file that git has exactly as it is committed. */
export interface Tracked {
  /** Of the file, absolute. */
  readonly folder: string
  readonly name: string
  /** From the top of the repository to the folder: empty, or with a slash at the end. */
  readonly prefix: string
}

/** @throws UserError when the file is in no repository, or has changes that are not committed */
export async function tracked(file: string): Promise<Tracked> {
  const [folder, name] = [dirname(file), basename(file)]
  const inside = await git(folder, "rev-parse", "--show-prefix")
  if (inside.code !== 0)
    throw new UserError(`${shown(folder)} is no git repository; leave out --commit and --pull-request`)
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
      `${shown(name)} is a symbolic link, and git has only the link; leave out --commit and --pull-request`,
    )
  return { folder, name, prefix: inside.stdout.trim() }
}

/** Commits that one file; what else is staged stays so. @returns the commit, short; @throws UserError with git's reason */
export async function commit({ folder, name }: Tracked, message: string): Promise<string> {
  const { code, reason } = await git(folder, "commit", "--quiet", "--message", message, "--", name)
  if (code !== 0) throw new UserError(`git commit: ${reason}`)
  return (await git(folder, "rev-parse", "--short", "HEAD")).stdout.trim()
}

/** git there, which takes no name for a pattern. */
export function git(folder: string, ...args: readonly string[]): Promise<Ended> {
  return run(folder, "git", "--literal-pathspecs", ...args)
}

/** The same file in another work tree of its repository. */
export function within(tree: string, { name, prefix }: Tracked): Tracked {
  return { folder: join(tree, prefix), name, prefix }
}
