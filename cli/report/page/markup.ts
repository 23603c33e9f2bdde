import { escapeHtml } from "../../../core/escape.ts"

/** Trusted HTML or SVG. */
export interface Markup {
  readonly markup: string
}

type Part = string | number | Markup | readonly Markup[]

/** The length limit of a string, in characters. */
const longest = 2000

/** Makes markup, and nothing else may: a part that is not markup is escaped. */
export function markup(trusted: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const strings = parts.map((part) => {
    if (typeof part === "string") return escapeHtml(part, longest)
    return typeof part === "number"
      ? String(part)
      : [part]
          .flat()
          .map(({ markup }) => markup)
          .join("")
  })
  return { markup: String.raw({ raw: trusted }, ...strings) }
}

export const none: Markup = markup``
