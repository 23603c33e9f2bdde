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
import { withMode } from "./auth-mode.ts"

/** What a place must become; `refuse` makes the error for a value that may not be written over. */
export interface Goal {
  readonly format: Format
  readonly locator: string
  /** Nothing: the place must hold nothing. */
  readonly content: Secret | Content | undefined
  /** Whether a value is the stack's. */
  readonly isOurs: (value: string) => boolean
  /** What the gateway whose config it is authenticates its clients by. */
  readonly credential?: Credential | undefined
  readonly refuse?: (seen: PlaceSnapshot) => UserError
  /** Whether a reference is one that the stack put there. */
  readonly isOwn?: (content: Content) => boolean
}

/**
 * The file as it must become; nothing when it is right already.
 * @throws UserError when the file cannot be read or edited, or holds a value that may not be written over
 */
export function editOf(look: FileSnapshot, goal: Goal): Edit | undefined {
  const { format, locator, content, refuse } = goal
  const seen = placeSnapshotIn(look, format, locator)
  if (seen.kind === "unreadable") throw new UserError(seen.reason)
  if (seen.kind === "unreachable") throw new Unreachable(seen.reason, seen.advice)
  if (refuse && isUnknown(seen, goal)) throw refuse(seen)
  if (isSecret(content)) refuseWeak(content)
  if (content === undefined) return look.kind === "file" ? without(look, format, locator) : undefined
  const before = look.kind === "file" ? look.bytes : new Uint8Array()
  const put = format.put(before, locator, revealed(content))
  const { credential } = goal
  const bytes = credential ? withMode(look, put, credential, !isSecret(content)) : put
  // A file that holds a token is nobody else's business; one that only refers to it keeps its mode.
  const closed = look.kind === "file" && isSecret(content) ? look.mode & 0o7700 : undefined
  const mode = format.executable ? programMode : closed
  const same = look.kind === "file" && Buffer.compare(before, bytes) === 0 && (mode ?? look.mode) === look.mode
  return same ? undefined : { bytes, ...(mode === undefined ? {} : { mode }) }
}

/** The last thing before a write, of every place: in a run with `--target` the Token itself has no say. */
function refuseWeak(token: Secret): void {
  const weak = describeWeakness(token.reveal())
  if (weak) throw new UserError(`the token ${weak}, so it is written nowhere; raise gatekey:token.rotation`)
}

/** The file without what is ours there; nothing to do when it is not ours, or gone. */
export function dropOurs(look: FileSnapshot, goal: Goal): Edit | undefined {
  const { format, locator, content, isOurs } = goal
  const seen = placeSnapshotIn(look, format, locator)
  if (look.kind !== "file" || seen.kind !== "content" || content === undefined) return undefined
  const { found } = seen
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

/** Whether there is a live value that is neither ours nor worthless. */
function isUnknown(seen: PlaceSnapshot, { content, isOurs, isOwn }: Goal): boolean {
  if (seen.kind !== "content") return false
  const { found } = seen
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
