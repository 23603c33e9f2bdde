import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { PlaceError } from "../../../../core/errors.ts"
import { valuesInFamily } from "../../../../survey/files/shells/values.ts"
import { sampleCount } from "../../../support/hostile/sample-count.ts"
import { exportedBy } from "../../../support/shells/other-shells.ts"

const O = "OPENCLAW_GATEWAY_TOKEN"

/** What is found in a file, in order, with its line; `?` is what is only known when the file is run. */
function found(family: "fish" | "csh", text: string): string[] | undefined {
  try {
    const { held, unknown } = valuesInFamily(family, `/home/a/config.${family}`, text)
    const all = [
      ...held.map(({ value, at = 0 }) => [at, value.reveal()] as const),
      ...unknown.map(({ at }) => [at, "?"] as const),
    ]
    return all.sort(([a], [b]) => a - b).map(([at, value]) => `${text.slice(0, at).split("\n").length} ${value}`)
  } catch (error) {
    expect(error).toBeInstanceOf(PlaceError)
    return undefined
  }
}

/** What a person may write; T is the token. */
const ways = {
  fish: [
    ...[
      "set -gx KEY T",
      "set -x KEY T",
      "set -Ux KEY T",
      "set --export --global KEY T",
      "set -xg -- KEY T",
      "set --exp KEY T",
    ],
    ...[
      "set -gx 'KEY' T",
      "set KEY T; set -x KEY T",
      "set -g KEY T; export KEY",
      "setenv KEY T",
      "export KEY=T",
      "export 'KEY=T'",
    ],
    ...[
      "export KEY='T'",
      'export KEY="T" A=1',
      "begin; set -gx KEY T; end",
      "if true; set -gx KEY T; end",
      "true; and set -gx KEY T",
    ],
    ...[
      "builtin set -gx KEY T",
      "not set -gx KEY T",
      "set -gx KEY T # c",
      "set -gx KEY T 2>/dev/null",
      "set -gx KEY \\\n T",
    ],
    ...[
      "set -gx KEY T U",
      "set -gx KEY (echo T)",
      "set -gx KEY $X",
      'set -gx KEY "$X"',
      'set -gx KEY "a$(echo ")")b"',
      "set -a KEY T; set -x KEY",
    ],
    ...[
      "set -gx KEY T&",
      "eval set -gx KEY T",
      "set -gx KEY T\\ U",
      "set -gx KEY T\\'U",
      "set -gx KEY 'T\\'U'",
      "set -gx KEY T\\x41",
    ],
  ],
  csh: [
    ...[
      "setenv KEY T",
      "setenv KEY 'T'",
      'setenv KEY "T"',
      "setenv KEY T # c",
      "if (1) setenv KEY T",
      "if ( 1 ) then\nsetenv KEY T\nendif",
    ],
    ...[
      "setenv KEY T; setenv A b",
      "setenv\tKEY\tT",
      "setenv KEY \\\n T",
      "setenv KEY T\\ U",
      "setenv KEY 'T'\\''U'",
      "setenv KEY $X",
    ],
    ...[
      'setenv KEY "$X"',
      "setenv KEY `echo T`",
      "setenv KEY T>/dev/null",
      "setenv KEY T#U",
      "\\setenv KEY T",
      "setenv KEY T!",
      "setenv KEY T\\!U",
    ],
    ...[
      "setenv KEY 'T!U'",
      'setenv KEY "T\\U"',
      "setenv KEY ~",
      "setenv KEY =T",
      "setenv KEY {T,U}",
      "true && setenv KEY T",
      "setenv KEY T U",
    ],
  ],
}
const values = [
  "T",
  "'a b'",
  '"a b"',
  "a\\ b",
  "a'b c'd",
  '"it\'s"',
  "'say \"hi\"'",
  "a\\'b",
  "a=b",
  "a#b",
  "#b",
  "''",
  "-a",
  "=a",
  "a^b",
  "a%b",
  "a:b,c",
]
const odd = [
  "a!b",
  "'a!b'",
  "a\\nb",
  "'a\\nb'",
  '"a\\nb"',
  "a\\\\b",
  "'a\\\\b'",
  '"a\\\\b"',
  "$X",
  '"a$"',
  "a$",
  "~",
  "a~",
  "{a,b}",
  "a*b",
  "[a]",
  "a\\qb",
  '"a\\$b"',
]

const pick = (...all: string[]) => fc.constantFrom(...all)
const value = fc.array(pick(...values, ...values, ...odd), { minLength: 1, maxLength: 2 }).map((all) => all.join(""))
const noise = pick("", "# it's", "true", "set A b", "echo 'a b' # \"", "echo a\\#b", "A")
const setters = {
  fish: pick(
    "set -gx KEY ",
    "set -x KEY ",
    "set -Ux KEY ",
    "export KEY=",
    "setenv KEY ",
    "set -g -x KEY ",
    "begin; set -gx KEY ",
  ),
  csh: pick("setenv KEY ", "setenv  KEY ", "setenv KEY ", "if (1) setenv KEY ", "true ; setenv KEY "),
}
const ends = { fish: "\nset -gx END end\n", csh: "\nsetenv END end\n" }

describe.each(["fish", "csh"] as const)("a file of %s", (family) => {
  const generated = fc.sample(
    fc
      .tuple(
        fc.array(noise, { maxLength: 2 }),
        setters[family],
        value,
        pick("", " # c", ";", " ", "; true", " >/dev/null"),
      )
      .map(([lines, set, held, behind]) =>
        [...lines, `${set}${held}${behind}${set.startsWith("begin") ? "\nend" : ""}`].join("\n"),
      ),
    { numRuns: sampleCount(1200), seed: 17 },
  )
  const files = [...ways[family], ...generated].map((file) => file + ends[family])

  test("what is found is what the shell exports, or it is said not to be known", () => {
    const theirs = exportedBy(family, files)
    const compared = files.flatMap((file, at) => {
      const held = theirs[at]
      if (!held?.has("END")) return []
      const last = found(family, file.replaceAll("KEY", O))?.at(-1)?.replace(/^\d+ /, "")
      const theirOwn = held.get("KEY") ?? ""
      return [
        { file, last, theirOwn, isRight: last === undefined ? theirOwn === "" : last === "?" || last === theirOwn },
      ]
    })
    expect(compared.length).toBeGreaterThan(900)
    expect(compared.filter(({ isRight }) => !isRight)).toEqual([])
    const known = compared.filter(({ last, theirOwn }) => last === theirOwn)
    expect(known.length).toBeGreaterThan(compared.length / 2)
  })
})
