import { readdir } from "node:fs/promises"
import { join, resolve } from "node:path"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { maxFileBytes } from "../../hosts/file.ts"
import { readSmall } from "../../hosts/read.ts"
import { declaresToken } from "./declared-rotation.ts"
import { runProgram } from "./run-program.ts"

/** One stack of the project, and its configuration file. */
export interface StackFile {
  /** The project's folder, absolute. */
  readonly folder: string
  /** The argument of `pulumi --stack`. */
  readonly stack: string
  /** The file's name in the folder. */
  readonly name: string
  /** No other stack of the project declares a token. */
  readonly alone: boolean
}

/** No stack matches. */
export class NoStack extends UserError {
  override readonly name = "NoStack"
}

/** Several stacks match. */
export class SeveralStacks extends UserError {
  override readonly name = "SeveralStacks"
}

const pattern = /^Pulumi\.(.+)\.ya?ml$/

/**
 * Finds the stack: the named one, else the only one with a token, else the selected one.
 * @throws UserError with the stacks that match
 */
export async function findStackFile(cwd: string, named: string | undefined): Promise<StackFile> {
  const folder = resolve(cwd)
  const names = await configurations(folder)
  const declaring = await filesWithToken(folder, names)
  const found = (name: string, stack = stackOf(name)) => ({ folder, stack, name, alone: declaring.length < 2 })
  if (named !== undefined) {
    // The file's name contains only the last part of organization/project/stack.
    const name = names.find((name) => stackOf(name) === named.split("/").at(-1))
    if (name) return found(name, named)
    throw new UserError(`${shown(folder)} contains no Pulumi.${shown(named)}.yaml${list(" (found: ", names, ")")}`)
  }
  const [only, ...others] = declaring
  if (!only)
    throw new NoStack(
      `no Pulumi.<stack>.yaml in ${shown(folder)} has a gatekey:token${list(" (found: ", names, ")")}; run this in the project's folder, or name it: --cwd DIR`,
    )
  if (others.length === 0) return found(only)
  const selected = await selectedStack(folder)
  const name = declaring.find((name) => stackOf(name) === selected)
  if (name) return found(name)
  throw new SeveralStacks(
    `several stacks have a gatekey:token${list(": ", declaring.map(stackOf), "")}; name one: --stack NAME`,
  )
}

function stackOf(name: string): string {
  return pattern.exec(name)?.[1] ?? ""
}

function list(before: string, names: readonly string[], after: string): string {
  return names.length === 0 ? "" : before + names.map((name) => shown(name)).join(", ") + after
}

async function configurations(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder).catch(() => {
    throw new UserError(`${shown(folder)} is not a readable folder; name the project's: --cwd DIR`)
  })
  return entries.filter((name) => pattern.test(name)).sort()
}

async function filesWithToken(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const texts = await Promise.all(
    names.map(async (name) => ({ name, text: (await readSmall(join(folder, name), maxFileBytes, "follow")) ?? "" })),
  )
  return texts.filter(({ text }) => declaresToken(text)).map(({ name }) => name)
}

async function selectedStack(folder: string): Promise<string | undefined> {
  const { code, stdout } = await runProgram(folder, "pulumi", "--non-interactive", "stack", "--show-name").catch(
    () => ({
      code: 1,
      stdout: "",
    }),
  )
  return code === 0 ? stdout.trim().split("/").at(-1) : undefined
}
