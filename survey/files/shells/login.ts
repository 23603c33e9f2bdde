import type { PlaceCopy } from "../place-copy.ts"
import { exclusive } from "./startup-shell.ts"

/** Sorts copies so that of these files the one that bash reads is the last; the others keep their positions. */
export function inLoginOrder(copies: readonly PlaceCopy[]): PlaceCopy[] {
  const at = ({ path }: PlaceCopy) => exclusive.findIndex((name) => path.endsWith(`/${name}`))
  const login = copies.filter((copy) => at(copy) >= 0)
  const sorted = login.toSorted((one, other) => at(one) - at(other))
  return copies.map((copy) => sorted[login.indexOf(copy)] ?? copy)
}
