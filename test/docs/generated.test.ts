import { safeParse } from "valibot"
import { expect, test } from "vitest"
import { wholeFile } from "../../tools/docs/configuration.ts"
import { type DocumentedKey, type KeyMapping, keysOf } from "../../tools/docs/keys.ts"
import { comparePage, generatedPages } from "../../tools/docs.ts"

test.each(generatedPages)("%s equals what the sources generate (npm run -s docs)", (page) => {
  const { is, should } = comparePage(page)
  expect(is).toBe(should)
})

function keysBelow(mapping: KeyMapping): (DocumentedKey & { readonly path: string })[] {
  return keysOf(mapping).flatMap((key) => [
    { ...key, path: `${mapping.path}${key.name}` },
    ...key.mappings.flatMap((each) => keysBelow({ ...each, path: `${each.path}.` })),
  ])
}

const values = keysBelow(wholeFile).filter(({ mappings }) => mappings.length === 0)

test.each(values.map((key) => [key.path, key] as const))(
  "the example of %s is accepted",
  (path, { schema, example }) => {
    // In the file a secret is encrypted; what is checked is its value.
    const isSecret = typeof example === "object" && example !== null && "secure" in example
    const value = isSecret ? (path.endsWith("identityHeader") ? "x-auth-request-email" : "a secret") : example
    expect(safeParse(schema, value).issues).toBeUndefined()
  },
)
