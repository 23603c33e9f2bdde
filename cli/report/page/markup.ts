import { escapeHtml } from "../../../core/escape.ts"

/** HTML or SVG that is ours. */
export interface Markup {
  readonly markup: string
}

type Part = string | number | Markup | readonly Markup[]

/** A message is at most this long; in characters. */
const longest = 2000

/** The one way to make some: what is put into it and is no markup itself is text. */
export function markup(ours: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const written = parts.map((part) => {
    if (typeof part === "string") return escapeHtml(part, longest)
    return typeof part === "number"
      ? String(part)
      : [part]
          .flat()
          .map(({ markup }) => markup)
          .join("")
  })
  return { markup: String.raw({ raw: ours }, ...written) }
}

export const none: Markup = markup``
