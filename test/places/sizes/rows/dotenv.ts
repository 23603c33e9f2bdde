import { around, nested, O, type Texts, x } from "./texts.ts"

export const dotenv: Texts = {
  "equal keys": x(`${O}=a\n`),
  "equal keys of several lines": x(`${O}="a\nb"\n`),
  "equal keys on the next line": x(`${O}:\na\n`),
  "equal keys without a value": x(`${O}=\n\n`),
  "blanks in a value": around(`${O}=a`, " ", "x"),
  "blanks behind a quoted value": around(`${O}='a'`, " ", "x"),
  "lines behind a quoted value": around(`${O}='a'`, "\n", "x"),
  "quotes that are escaped": around(`${O}="`, '\\"', "x"),
  "quotes, each on a line": around(`${O}="`, '\n"x', ""),
  "quotes within": around(`${O}='`, "'\n'", "x"),
  comments: around(`${O}=a `, "#", ""),
  "a comment behind each": x(`${O}=a # b\n`),
  backslashes: around(`${O}="a`, "\\", '"'),
  references: around(`${O}=`, "${A:-", ""),
  "references in references": nested(`${O}=`, "${A:-", "}"),
  "blank lines before": around("", "\n \n", `${O}=a`),
  exports: x("export "),
  "one long line before": around("#", "a", `\n${O}=a`),
  "U+2028 in a value": around(`${O}=a`, "\u2028", "x"),
}
