import { UserError } from "../../core/errors.ts"
import { git } from "../stack/git.ts"
import { readRotation } from "../stack/rotation.ts"
import { runProgram } from "../stack/run-program.ts"
import type { StackFile } from "../stack/stack.ts"
import type { UpdateRecord } from "./record.ts"
import { runsIn } from "./runs.ts"

const page = 100

/**
 * Lists all runs that the stack's backend records, the earliest first; it needs no passphrase.
 * @throws UserError if `pulumi stack history` fails
 */
export async function runsOf(stack: StackFile): Promise<readonly UpdateRecord[]> {
  const all: UpdateRecord[] = []
  for (let number = 1; ; number++) {
    const text = await historyOf(stack, number)
    all.push(...runsIn(text))
    if (JSON.parse(text).length < page) break
  }
  const runs: UpdateRecord[] = []
  for (const each of all.reverse()) runs.push(await withRotation(each, stack))
  return runs
}

async function historyOf({ folder, stack }: StackFile, number: number): Promise<string> {
  const options = ["--json", "--page-size", `${page}`, "--page", `${number}`, "--stack", stack]
  const { code, stdout, reason } = await runProgram(
    folder,
    "pulumi",
    "--non-interactive",
    "stack",
    "history",
    ...options,
  )
  if (code !== 0) throw new UserError(`pulumi stack history: ${reason}`)
  return stdout
}

/** Adds the number from the stack's file at the commit, because Pulumi hides a configuration that contains a secret. */
async function withRotation(run: UpdateRecord, { folder, name }: StackFile): Promise<UpdateRecord> {
  const { rotation, commit, dirty } = run
  if (rotation !== undefined || commit === undefined || dirty) return run
  const { code, stdout } = await git(folder, "show", `${commit}:./${name}`)
  try {
    return code === 0 ? { ...run, rotation: readRotation(stdout).rotation } : run
  } catch {
    return run
  }
}
