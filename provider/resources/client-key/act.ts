import { keyIdOf } from "../../../core/access-token.ts"
import { UserError } from "../../../core/errors.ts"
import { hostOf } from "../../../hosts/index.ts"
import { describeRefusal } from "../../../probes/keys/describe.ts"
import { files, isMinter, minterProgram } from "../../../probes/keys/minter.ts"
import { parseMade, parseRefusal } from "../../../probes/keys/parse.ts"
import { makeScript, removeScript } from "../../../probes/keys/script.ts"
import type { ClientKeyInputs } from "./inputs.ts"

/**
 * Has the host make a key. @returns its public half
 * @param keeps what is there stays beside it, under another name
 * @throws UserError if the host refuses; what was there is then as it was
 */
export async function makeKey(inputs: ClientKeyInputs, keeps: boolean): Promise<string> {
  const path = `${inputs.folder}/${files.key}`
  const { script, args } = makeScript(path, keyIdOf(inputs), keeps)
  const made = parseMade((await hostOf(inputs.host).run(script, { args })).stdout)
  if ("refusal" in made) throw new UserError(`${path}: ${describeRefusal(made.refusal)}. Nothing was changed`)
  return made.publicKey
}

/** Writes the program that prints tokens, if it is not there as it has to be. */
export async function writeMinter(inputs: ClientKeyInputs, domain: string): Promise<void> {
  const bytes = Buffer.from(minterProgram({ ...inputs, domain }))
  await hostOf(inputs.host).edit(`${inputs.folder}/${files.minter}`, (found) => {
    const isSame = found.kind === "file" && (found.mode & 0o777) === 0o700 && bytes.equals(found.bytes)
    return isSame ? undefined : { bytes, mode: 0o700 }
  })
}

/** Removes the program and the key. @returns why the key stays, if it does */
export async function remove({ host, folder }: ClientKeyInputs, publicKey: string): Promise<string | undefined> {
  await hostOf(host).edit(`${folder}/${files.minter}`, (found) => {
    const isOurs = found.kind === "file" && isMinter(Buffer.from(found.bytes).toString("utf8"))
    return isOurs ? { remove: true } : undefined
  })
  const path = `${folder}/${files.key}`
  const { script, args, input } = removeScript(path, publicKey)
  const refusal = parseRefusal((await hostOf(host).run(script, { args, ...(input ? { input } : {}) })).stdout)
  return refusal && `${path}: ${describeRefusal(refusal)}`
}
