import { around, each, nested, type Texts } from "./texts.ts"

export const json5: Texts = {
  "deep objects": nested("{a:", "1", "}"),
  "deep arrays": nested("[", "1", "]"),
  "equal keys": around("{", "token: 'a', ", "}"),
  "equal keys in strict JSON": around('{"b":1', ',"token":"a"', "}"),
  "equal parents": around("{", "a: {token: 'a'}, ", "}"),
  "equal keys, one a line": around("{\n", "token: 'a',\n", "}"),
  "keys on one long line": (n) => `{${each((i) => `k${i}: 1, `)(n)} token: 'a'}`,
  "comments before each": around("{", "/* a */ // b\n", "token: 'a'}"),
  "comments behind each": around("{token: 'a'", "/* a */ // b\n", "}"),
  "comments between": around("{token: 'a'", " /* a */ , /* b */ token: 'b'", "}"),
  "blanks before the comma": around("{token: 'a'", " ", ", b: 1}"),
  "equal keys far apart": (n) => `{${`token: 'a'${" ".repeat(20)}, `.repeat(n)}}`,
  "a long string": around("{token: '", "\\n", "'}"),
  references: around("{token: '", `\${A}`, "'}"),
  dollars: around("{token: '", "$", "'}"),
  "open references": around("{token: '", "${", "'}"),
  "a file cut off": around("{token: 'a', b: [", "{a: [1, ", ""),
}
