import { expect, it } from "vitest"
import { isGuessableHeader, isUsualHeader } from "../../products/identity-header.ts"

it.each<[string, boolean]>([
  ["x-forwarded-user", true],
  ["X-Auth-Request-Email", true],
  ["Remote-User", true],
  ["x-our-own-user", true],
  ["x-forwardedauthenticateduseremail", true],
  ["x-12345678901234567890", true],
  [`x-gk-${"ab".repeat(16)}`, true],
  ["x-gk-1a2b3c4d", true],
  ["x-gk-9f1c0e7ab24d5836c7d1e9f00a4b6d82", false],
  ["x-k7q2m9xw4v8z1c6b3n5j", false],
])("says of the header %s whether it can be guessed: %s", (name, guessable) =>
  expect(isGuessableHeader(name)).toBe(guessable),
)

it.each([
  ["X-Forwarded-User", true],
  ["x-our-own-user", false],
])("says of the header %s whether it is publicly known: %s", (name, usual) => expect(isUsualHeader(name)).toBe(usual))
