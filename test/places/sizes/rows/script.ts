import { around, each, O, type Texts, x } from "./texts.ts"

export const inText: Texts = {
  "values in quotes": each((i) => `{"${O}": "value-${i}"}\n`),
  "equal values": x(`x = { ${O}: "value" }\n`),
  "blanks behind a name": around(O, " ", "x"),
  "quotes behind a name": around(O, "'", "x"),
  names: x(`${O} `),
  products: x("openclaw "),
  "a product and far more": around("openclaw ", "a ", ""),
  "values on lines": each((i) => `export ${O}=value-${i}\n`),
  "universal variables": around("SETUVAR ", "--export ", `${O}:a`),
  reads: around("openclaw gateway run\n", '$(cat "a") `cat b`\n', ""),
  "open reads": around("openclaw gateway run\n", "$(cat ", ""),
}

export const supervisor: Texts = {
  pairs: around("environment=", `${O}="a",`, "\n"),
  "pairs on lines": around("environment=\n", `  ${O}=a,\n`, ""),
  "settings and empty lines": x(`environment=${O}=a\n\n`),
  "empty lines": around(`environment=${O}=a`, "\n", " b"),
  "lines of blanks": around(`environment=${O}=a`, "\n ", "b"),
  "blanks before comments": around("environment=a", " ", "x"),
}
