import { UserError } from "../../core/errors.ts"
import { git } from "../stack/git.ts"
import { readRotation } from "../stack/rotation.ts"
import { run } from "../stack/run.ts"
import type { StackFile } from "../stack/stack.ts"
import type { Run } from "./record.ts"
import { runsIn } from "./runs.ts"

const page = 100

/**
 * All runs of the stack that its backend remembers, whichever that is, the earliest first; no passphrase is needed.
 * @throws UserError when they cannot be had
 */
export async function runsOf(stack: StackFile): Promise<readonly Run[]> {
  const all: Run[] = []
  for (let number = 1; ; number++) {
    const text = await historyOf(stack, number)
    all.push(...runsIn(text))
    if (JSON.parse(text).length < page) break
  }
  const runs: Run[] = []
  for (const each of all.reverse()) runs.push(await withRotation(each, stack))
  return runs
}

async function historyOf({ folder, stack }: StackFile, number: number): Promise<string> {
  const words = ["--json", "--page-size", `${page}`, "--page", `${number}`, "--stack", stack]
  const { code, stdout, reason } = await run(folder, "pulumi", "--non-interactive", "stack", "history", ...words)
  if (code !== 0) throw new UserError(`pulumi stack history: ${reason}`)
  return stdout
}

/** A configuration with a secret in it is not told: then the number is what the commit has in the stack's file. */
async function withRotation(run: Run, { folder, name }: StackFile): Promise<Run> {
  const { rotation, commit, dirty } = run
  if (rotation !== undefined || commit === undefined || dirty) return run
  const { code, stdout } = await git(folder, "show", `${commit}:./${name}`)
  try {
    return code === 0 ? { ...run, rotation: readRotation(stdout).rotation } : run
  } catch {
    return run
  }
}
