import { PlaceError } from "../../core/errors.ts"

// openclaw and clawdbot put variables into all strings of their configs: `${NAME}` anywhere, and `$${NAME}` is `${NAME}`.
// Any other dollar is one. A whole `$NAME` is a variable where openclaw reads a secret.
const expression = /\$(\$?)\{([A-Z_][A-Z0-9_]*)\}/g
const shorthand = /^\s*\$[A-Z][A-Z0-9_]{0,127}\s*$/
const whole = /^\$\{[A-Z_][A-Z0-9_]*\}$/

/** What the product reads. @returns undefined if that depends on a variable */
export function substituted(text: string): string | undefined {
  let refers = shorthand.test(text)
  const read = text.replace(expression, (all, extra: string, name: string) => {
    if (extra === "") refers = true
    return extra === "" ? all : `\${${name}}`
  })
  return refers ? undefined : read
}

/** How content is written: one whole `${NAME}` stays a reference, any other one is escaped. */
export function unsubstituted(content: string): string {
  if (whole.test(content)) return content
  if (!shorthand.test(content)) return content.replace(/\$\{[A-Z_][A-Z0-9_]*\}/g, "$$$&")
  throw new PlaceError("unwritable-value", 'a config cannot hold "$" and a name alone: openclaw reads the variable')
}
