import { shown } from "../../core/escape.ts"
import { abbreviateHome } from "../../core/home.ts"
import { checkPath, findFormat } from "../../core/place.ts"
import { describeWeakness } from "../../core/strength.ts"
import type { Survey } from "../collect/survey.ts"
import { describeAlternative, readsAtStart } from "../collect/values/readers.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { secretsOf } from "../resolve/by-secret.ts"
import type { GatewayView, NodeView } from "../resolve/view.ts"
import type { Adopted } from "./adopted-token.ts"
import { describeReaderCopy, describeReason, describeScript, describeScriptFix } from "./describe.ts"
import { Suggestion } from "./draft.ts"
import { composeProjectOf } from "./project.ts"

interface Ground {
  readonly adopted: Adopted | undefined
  readonly delivery: "copy" | "reference"
  readonly placed: Set<PlaceCopy>
  readonly notes: string[]
}

/**
 * Returns the other places of a home with a token, as entries of `places`. A copy of the token in use is updated, or removed
 * if nothing needs it; no other place gets the token. A script, and an unknown value, is a suggestion.
 */
export function placesOf(view: GatewayView | NodeView, ground: Ground): unknown[] {
  const { survey } = view
  const { placed, notes, adopted } = ground
  return secretsOf(view).flatMap((copy): unknown[] => {
    const { held, kind, locator, format, file } = copy
    if (placed.has(copy) || held.kind !== "value" || !isPlace(copy, survey)) return []
    placed.add(copy)
    if (isRewritten(copy)) return []
    const isSame = adopted !== undefined && held.value.equals(adopted.value)
    // The product's own commands find the token by themselves.
    const needless = kind === "backup" || locator === "--token" || copy.definition?.running !== undefined
    const must = isSame && !needless ? "token" : "nothing"
    const path = pathOf(copy, survey)
    const entry = {
      name: `${kind} ${path.slice(path.lastIndexOf("/") + 1)}`.replaceAll(/[^A-Za-z0-9 ._-]+/g, "-"),
      path,
      locator,
      ...(isReported(copy) ? {} : { format }),
      must,
      ...(isSame ? {} : { overwrite: true }),
    }
    if (kind === "copy" && isSame && !readsAtStart(copy.reader))
      return [new Suggestion(entry, `${describeReaderCopy(copy)}; if uncommented, it is updated with the token`)]
    if (kind === "script")
      return [new Suggestion(entry, `${describeScript(copy, isSame)}; ${describeScriptFix(copy, view, ground)}`)]
    if (!isSame && !mayRemove(copy, adopted, survey))
      return [new Suggestion(entry, `${describeReason([copy], adopted)}; if uncommented, it is removed`)]
    if (file && (file.mode & 0o077) !== 0 && must === "token")
      notes.push(`${shown(path)} is closed to others by the first \`pulumi up\``)
    return [entry]
  })
}

/** Checks for a backup that openclaw rewrites from each config that it loads. */
function isRewritten({ kind, path }: PlaceCopy): boolean {
  return kind === "backup" && path.endsWith(".last-good")
}

/** Checks whether a copy can be declared: the user's own file, in an editable format. */
function isPlace(copy: PlaceCopy, survey: Survey): boolean {
  const { path, format, kind, profile, namedBy } = copy
  const isOwn = path.startsWith(`${survey.snapshot.home}/`) && checkPath(pathOf(copy, survey)) === undefined
  const hasOwnWay = describeAlternative(copy.reader) !== undefined
  return (
    format !== undefined &&
    isOwn &&
    !hasOwnWay &&
    (kind !== "secret file" || namedBy !== undefined) &&
    profile === undefined
  )
}

/** Checks whether an unused value may be removed without a decision: a running gateway accepts another one. */
function mayRemove(copy: PlaceCopy, adopted: Adopted | undefined, survey: Survey): boolean {
  if (!adopted?.proved) return false
  if (copy.kind === "backup") return true
  const isComposed = copy.kind.startsWith("compose ")
  const { project = copy.path } = copy.file ?? {}
  return (
    isWeak(copy) && (!isComposed || [copy.path, project].every((path) => composeProjectOf(path, survey) === "none"))
  )
}

export function isWeak({ held }: PlaceCopy): boolean {
  return held.kind === "value" && describeWeakness(held.value.reveal()) !== undefined
}

/** Checks whether a place's name implies its format. */
export function isReported({ path, locator, format }: PlaceCopy): boolean {
  return format !== undefined && findFormat({ path, locator }) === format
}

export function pathOf({ path }: PlaceCopy, { target, snapshot }: Survey): string {
  return target.home === "~" ? abbreviateHome(path, snapshot.home) : path
}
