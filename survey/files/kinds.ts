import type { FormatName } from "../../core/content.ts"
import type { PlaceKind } from "../../products/product.ts"

/** Kinds of places that only a survey knows: no component declares them by itself. */
const otherKinds = [
  "backup",
  "script",
  "crontab",
  "home dotenv",
  "unread entry",
  "copy",
  "compose environment",
  "compose dotenv",
  "compose secret",
  "container",
  "process environment",
  "process arguments",
  "session environment",
  "device store",
  "included config",
] as const

export type Kind = PlaceKind | (typeof otherKinds)[number]

/** The formats in which files of each kind set variables; a config has keys instead. */
export const formatsOfVariables: { readonly [kind in Kind]?: FormatName } = {
  config: "json5",
  dotenv: "dotenv",
  "home dotenv": "dotenv",
  "unit environment": "systemd",
  "unit drop-in": "systemd",
  "unit env file": "environment-file",
  "launch agent environment": "plist",
  profile: "shell",
}
