import type { Secret } from "../../core/secret.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import type { Candidate } from "../resolve/candidate.ts"
import { isPassword } from "../resolve/inquiry.ts"

import type { GatewayView, NodeView } from "../resolve/view.ts"

export type View = GatewayView | NodeView

/** Returns the value as the product reads it: without the blanks around it. */
export function valueAsRead(copy: PlaceCopy, views: readonly View[]): Secret | undefined {
  return views.flatMap(({ next }) => next.candidates).find((each) => each.copy === copy && each.value)?.value
}

/** Checks whether the config's password refers to the place's variable. */
export function givesPassword(copy: PlaceCopy, views: readonly View[]): boolean {
  return views.some(
    ({ credential, next }) => credential === "password" && next.candidates.some((each) => each.copy === copy),
  )
}

/** Lists the members that read a place, and what each of them does with it. */
export function readersOf(copy: PlaceCopy, views: readonly View[]): string[] {
  return views.flatMap((view) => {
    const { name, next } = view
    if ("inquiry" in view && view.inquiry.inUse?.copy === copy && next.candidates[0]?.copy !== copy)
      return [`${name} (in use)`]
    if (passwordOf(view)?.copy === copy) return [`${name} (wins)`]
    const at = next.candidates.findIndex((each) => each.copy === copy)
    if (at < 0) return []
    return [`${name} (${unusedIn(view) ?? (at === 0 ? "wins" : `${next.candidates[0]?.source} wins`)})`]
  })
}

/** Returns the password that overrides the token of a gateway. */
export function passwordOf(view: View): Candidate | undefined {
  return unusedIn(view) !== undefined && "mode" in view && view.mode.kind === "password"
    ? view.mode.password
    : undefined
}

/** Describes why a gateway checks none of its tokens; undefined if it does. */
export function unusedIn(view: View): string | undefined {
  if (!("mode" in view)) return undefined
  const { mode, credential, verdict, inquiry } = view
  if (inquiry.anonymous?.kind === "accepted") return "not checked"
  const byPassword = credential === "token" && (mode.kind === "password" || isPassword(verdict))
  if (inquiry.inUse || (mode.kind === credential && !byPassword)) return undefined
  return byPassword ? "its password wins" : "not checked"
}
