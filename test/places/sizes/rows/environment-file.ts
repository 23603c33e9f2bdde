import { around, O, type Texts, x } from "./texts.ts"

export const environmentFile: Texts = {
  "equal keys": x(`${O}=a\n`),
  "blanks in a value": around(`${O}=a`, " ", "x\n"),
  "blanks behind": around(`${O}=a`, " ", "\n"),
  "quoted parts": around(`${O}=`, `'a' "b" `, "\n"),
  "lines that go on": around(`${O}=`, "a\\\n", "\n"),
  comments: x("#\\a\n"),
  "comments that go on": x("# a\\\n"),
  "keys of blanks": x(" = \n"),
}
