import type { PlaceKind } from "../products/product.ts"

/** Kinds of places that only a survey knows: nothing is declared there by itself. */
const otherKinds = [
  "backup",
  "script",
  "crontab",
  "home dotenv",
  "compose environment",
  "compose dotenv",
  "container",
  "process environment",
  "process arguments",
  "session environment",
  "device store",
] as const

export type Kind = PlaceKind | (typeof otherKinds)[number]
