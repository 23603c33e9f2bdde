import { PlaceError } from "../../core/errors.ts"
import { describeKind } from "../../core/kind.ts"

const segment = /([^."'\s]+)|("(?:[^"\\]|\\.)*")/y

/** `gateway.auth.token`, or with quoted segments `a."b.c"`, as its keys. */
export function parseLocator(locator: string): readonly string[] {
  const path: string[] = []
  for (let at = 0; ; at++) {
    segment.lastIndex = at
    const found = segment.exec(locator)
    if (!found) throw bad(locator)
    path.push(found[1] ?? unquote(found[2] ?? "", locator))
    at += found[0].length
    if (at === locator.length) return path
    if (locator[at] !== ".") throw bad(locator)
  }
}

function unquote(quoted: string, locator: string): string {
  try {
    return JSON.parse(quoted)
  } catch {
    throw bad(locator)
  }
}

function bad(locator: string): PlaceError {
  return new PlaceError(
    "bad-locator",
    `the locator is ${describeKind(locator)}, no dotted path such as gateway.auth.token or a."b.c"`,
  )
}
