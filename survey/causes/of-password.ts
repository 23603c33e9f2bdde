import type { Cause } from "./cause.ts"

/** Puts a cause that is told of tokens in the words of a password; a device's token stays one. */
export function ofPassword(cause: Cause): Cause {
  const { sentence, remedy } = cause
  return { ...cause, sentence: inPassword(sentence), ...(remedy === undefined ? {} : { remedy: inPassword(remedy) }) }
}

function inPassword(text: string): string {
  return text
    .replaceAll(/(?<!device(?:'s)?(?: own)? |secret-|gateway-)\btoken\b/g, "password")
    .replaceAll("_TOKEN", "_PASSWORD")
}
