import { showPath } from "../../core/home.ts"
import type { Member } from "../collect/member.ts"
import type { HomeSnapshot } from "../files/home-snapshot.ts"
import type { Candidate } from "./candidate.ts"

/** Marks an uncertain candidate. Measured (2026.9): `nodes status` reads the second file only if the first exists, `health` always. */
export function unlessSkipped(
  candidate: Candidate,
  first: string | undefined,
  member: Member,
  snapshot: HomeSnapshot,
): Candidate {
  const { value, copy, ...rest } = candidate
  const isSure = !member.isClient || member.product !== "openclaw" || first === undefined || !copy
  if (isSure || snapshot.files.some(({ path }) => path === first)) return candidate
  const [read, missing] = [copy.path, first].map((path) => showPath(path, snapshot.home))
  return { ...rest, copy, unknown: `some of its commands do not read ${read}, because there is no ${missing}` }
}
