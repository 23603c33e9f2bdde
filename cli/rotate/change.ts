import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { strictUtf8 } from "../../core/utf8.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { hostOf } from "../../hosts/index.ts"
import type { Rotation } from "../stack/declared-rotation.ts"
import { readRotation, withRotation } from "../stack/rotation.ts"
import type { TokenState } from "../stack/state.ts"

export interface RotationChange {
  readonly from: number
  readonly to: number
  /** The generation that is listed as compromised. */
  readonly compromise?: number
}

/** Plans a rotation to a number that was never used, as far as is known: an old number would bring an old token back. */
export function planChange(declared: Rotation, state: TokenState | undefined, leaked: boolean): RotationChange {
  const { rotation, compromised } = declared
  const to = Math.max(rotation, state?.highest ?? 0, ...compromised) + 1
  return { from: rotation, to, ...(leaked ? { compromise: state?.generation ?? rotation } : {}) }
}

/** Reads the declared rotation. @throws UserError with the file's name */
export async function readDeclaredRotation(path: string): Promise<Rotation> {
  try {
    return readRotation(textOf(await hostOf("local").readSnapshot(path)))
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${shown(path)}: ${error.message}`) : error
  }
}

/** Makes the change in the file. @returns a function that undoes it, unless the file was changed in between */
export async function applyChange(
  path: string,
  { from, to, compromise }: RotationChange,
): Promise<() => Promise<void>> {
  const local = hostOf("local")
  let before: Uint8Array = new Uint8Array()
  let after: Uint8Array = new Uint8Array()
  await local.edit(path, (look) => {
    const text = textOf(look)
    if (readRotation(text).rotation !== from)
      throw new UserError("gatekey:token.rotation was changed meanwhile; try again")
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
