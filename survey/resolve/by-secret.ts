import type { Credential } from "../../products/readers.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import type { Mode } from "./modes.ts"
import type { View } from "./view.ts"
import { winnerOf } from "./winner.ts"

/** Lists the places of a member's secret: those of a password only if it has one. */
export function secretsOf({ survey, credential }: Pick<View, "survey" | "credential">): readonly PlaceCopy[] {
  return credential === "password" ? [...survey.copies, ...survey.passwords] : survey.copies
}

/** Checks whether the gateway certainly uses a password; if only the password sets the mode, beside a token, it is asked first. */
function isByPassword({ member, live }: View, { kind, why, password }: Mode): boolean {
  if (kind !== "password") return false
  return password !== undefined && (member.settings?.auth !== undefined || why === "--auth" || !live.wins?.value)
}

/** Returns the view of a gateway with the credential of its mode. */
export function withSecret<V extends View>(view: V, mode: Mode): V {
  return isByPassword(view, mode) ? withCredential(view, "password") : view
}

/** Returns the view of a member with that credential. */
export function withCredential<V extends View>(view: V, credential: Credential): V {
  const { member, survey } = view
  const live = winnerOf(member, survey, "live", credential)
  return { ...view, credential, live, next: winnerOf(member, survey, "next", credential) }
}
