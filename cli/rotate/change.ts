import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { strictUtf8 } from "../../core/utf8.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { hostOf } from "../../hosts/index.ts"
import { type Rotation, readRotation, withRotation } from "../stack/rotation.ts"
import type { TokenState } from "../stack/state.ts"

export interface Change {
  readonly from: number
  readonly to: number
  /** The generation that is listed as compromised. */
  readonly compromise?: number
}

/** To a number that was never given, as far as is known: nobody would want an old token back under the name of a new one. */
export function changeOf(declared: Rotation, state: TokenState | undefined, leaked: boolean): Change {
  const { rotation, compromised } = declared
  const to = Math.max(rotation, state?.highest ?? 0, ...compromised) + 1
  return { from: rotation, to, ...(leaked ? { compromise: state?.generation ?? rotation } : {}) }
}

/** @throws UserError naming the file */
export async function declaredIn(path: string): Promise<Rotation> {
  try {
    return readRotation(textOf(await hostOf("local").readSnapshot(path)))
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${shown(path)}: ${error.message}`) : error
  }
}

/** Makes the change in the file. @returns what takes it back, unless somebody else wrote to the file in between */
export async function apply(path: string, { from, to, compromise }: Change): Promise<() => Promise<void>> {
  const local = hostOf("local")
  let before: Uint8Array = new Uint8Array()
  let after: Uint8Array = new Uint8Array()
  await local.edit(path, (look) => {
    const text = textOf(look)
    if (readRotation(text).rotation !== from) throw new UserError("its number was changed in between; try again")
    before = Buffer.from(text)
    after = Buffer.from(withRotation(text, to, compromise))
    return { bytes: after }
  })
  return () =>
    local.edit(path, (look) => (textOf(look) === Buffer.from(after).toString() ? { bytes: before } : undefined))
}

function textOf(look: FileSnapshot): string {
  if (look.kind === "absent") throw new UserError("the file is missing")
  if (look.kind !== "file") throw new UserError(look.reason)
  try {
    return strictUtf8.decode(look.bytes)
  } catch {
    throw new UserError("is not UTF-8 text")
  }
}
