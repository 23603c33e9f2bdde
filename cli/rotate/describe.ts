import { shown } from "../../core/escape.ts"
import type { StackFile } from "../stack/stack.ts"
import type { RotationChange } from "./change.ts"

export function titleOf({ to }: RotationChange): string {
  return `gatekey: rotate to generation ${to}`
}

export function bodyOf({ name }: StackFile, { from, to, compromise }: RotationChange): string {
  const leaked =
    compromise === undefined ? "" : ` Generation ${compromise} is compromised: it can never be in force again.`
  return `gatekey:token.rotation in ${name}: ${from} -> ${to}.${leaked} The next \`pulumi up\` rolls it out.`
}

/** Returns the change as a diff, never as lines of the file, which may contain a secret. */
export function diffLines({ name }: StackFile, { from, to, compromise }: RotationChange): readonly string[] {
  const leaked = compromise === undefined ? [] : [`+ gatekey:token.compromised: ${compromise}`]
  return [shown(name), `- gatekey:token.rotation: ${from}`, `+ gatekey:token.rotation: ${to}`, ...leaked]
}
