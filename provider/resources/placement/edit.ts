import { isDeepStrictEqual } from "node:util"
import type { Content } from "../../../core/content.ts"
import { Unreachable, UserError } from "../../../core/errors.ts"
import { type PlaceSnapshot, programMode } from "../../../core/holds.ts"
import type { Secret } from "../../../core/secret.ts"
import { describeWeakness, isPublicDefault } from "../../../core/strength.ts"
import type { Edit, FileSnapshot } from "../../../hosts/host.ts"
import type { Format } from "../../../places/format.ts"
import type { Credential } from "../../../products/readers.ts"
import { placeSnapshotIn } from "../../hosts/place.ts"
import { type Trust, withMode } from "./auth-mode.ts"

/** What a place must become; `refuse` makes the error for a value that may not be overwritten. */
export interface Goal {
  readonly format: Format
  readonly locator: string
  /** Undefined: the place must contain nothing. */
  readonly content: Secret | Content | undefined
  /** Checks whether a value is the stack's. */
  readonly isOurs: (value: string) => boolean
  /** The credential by which the gateway with this config authenticates its clients. */
  readonly credential?: Credential | undefined
  /** The settings that go back from the gateway's trust in a guard. */
  readonly trust?: Trust
  readonly refuse?: (snapshot: PlaceSnapshot) => UserError
  /** Checks whether the stack put a reference there. */
  readonly isOwn?: (content: Content) => boolean
}

/**
 * Returns the edit that the file needs; undefined if it is right already.
 * @throws UserError if the file cannot be read or edited, or contains a value that may not be overwritten
 */
export function editOf(look: FileSnapshot, goal: Goal): Edit | undefined {
  const { format, locator, content, refuse } = goal
  const snapshot = placeSnapshotIn(look, format, locator)
  if (snapshot.kind === "unreadable") throw new UserError(snapshot.reason)
  if (snapshot.kind === "unreachable") throw new Unreachable(snapshot.reason, snapshot.advice)
  if (refuse && isUnknown(snapshot, goal)) throw refuse(snapshot)
  if (isSecret(content)) refuseWeak(content)
  if (content === undefined) return look.kind === "file" ? without(look, format, locator) : undefined
  const before = look.kind === "file" ? look.bytes : new Uint8Array()
  const put = format.put(before, locator, revealed(content))
  const { credential, trust } = goal
  const bytes = credential ? withMode(look, put, credential, !isSecret(content), trust) : put
  // Only its owner may read a file with a token; one that only refers to the token keeps its mode.
  const closed = look.kind === "file" && isSecret(content) ? look.mode & 0o7700 : undefined
  const mode = format.executable ? programMode : closed
  const isSame = look.kind === "file" && Buffer.compare(before, bytes) === 0 && (mode ?? look.mode) === look.mode
  return isSame ? undefined : { bytes, ...(mode === undefined ? {} : { mode }) }
}

/** Refuses a weak token before each write: in a run with `--target` the Token itself does not check it. */
function refuseWeak(token: Secret): void {
  const weak = describeWeakness(token.reveal())
  if (weak) throw new UserError(`the token ${weak}, so it is not written; raise gatekey:token.rotation`)
}

/** Returns the edit that removes the stack's content; undefined if the content is not the stack's, or gone. */
export function dropOurs(look: FileSnapshot, goal: Goal): Edit | undefined {
  const { format, locator, content, isOurs } = goal
  const snapshot = placeSnapshotIn(look, format, locator)
  if (look.kind !== "file" || snapshot.kind !== "content" || content === undefined) return undefined
  const { found } = snapshot
  const ours =
    found.kind === "value"
      ? isSecret(content)
        ? content.equals(found.value) || isOurs(found.value)
        : found.value === content
      : found.kind === "reference" &&
        isDeepStrictEqual(found.content, content) &&
        (found.others ?? []).every((value) => isOurs(value))
  return ours ? without(look, format, locator) : undefined
}

function without(look: Extract<FileSnapshot, { kind: "file" }>, format: Format, locator: string): Edit | undefined {
  if (format.name === "file") return { remove: true }
  const bytes = format.drop(look.bytes, locator)
  return Buffer.compare(look.bytes, bytes) === 0 ? undefined : { bytes }
}

/** Checks whether there is a live value that is neither the stack's nor worthless. */
function isUnknown(snapshot: PlaceSnapshot, { content, isOurs, isOwn }: Goal): boolean {
  if (snapshot.kind !== "content") return false
  const { found } = snapshot
  const known = (value: string) =>
    value === "" ||
    isOurs(value) ||
    isPublicDefault(value) ||
    (isSecret(content) ? content.equals(value) : value === content)
  if (found.kind === "value") return ![found.value, ...found.others].every(known)
  if (found.kind === "missing") return false
  if (!(found.others ?? []).every(known)) return true
  if (isOwn?.(found.content)) return false
  return !isDeepStrictEqual(found.content, content) && !(found.fallback !== undefined && known(found.fallback))
}

function isSecret(content: Secret | Content | undefined): content is Secret {
  return typeof content === "object" && typeof content.reveal === "function"
}

function revealed(content: Secret | Content): Content {
  return isSecret(content) ? content.reveal() : content
}
