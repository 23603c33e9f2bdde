import { around, each, nested, type Texts, x } from "./texts.ts"

/** What is looked for. */
export const V = "value-0123456789abcdef"

/** Of files that are searched for a value. */
export const values: Texts = {
  "keys of JSON": (n) => `{${each((i) => `k${i}: "${V}", `)(n)}}`,
  "one key of JSON": around("{", `k: "${V}", `, "}"),
  "a list of JSON": around("[", `"${V}", `, "]"),
  "objects in objects": nested("{k: ", `"${V}"`, "}"),
  variables: each((i) => `K${i}=${V}\n`),
  "one variable": x(`K=${V}\n`),
  "one line": x(`${V} `),
}
