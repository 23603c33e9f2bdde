import { expect, test } from "vitest"
import type { FoundContent } from "../../../core/content.ts"
import { PlaceError } from "../../../core/errors.ts"
import { shell } from "../../../places/shell/shell.ts"
import { shells, sourced } from "../../support/shells/shells.ts"
import { bytes, text } from "../laws.ts"

/** Every way to set a variable that a person may write; `T` is the token. Some work in no shell. */
const ways = [
  ...['export "KEY=T"', "export 'KEY=T'", 'export KE"Y"=T', 'export KEY"=T"', "export K\\EY=T", "export $'KEY=T'"],
  ...[
    "export KEY=T A",
    "export A KEY=T",
    'export "KEY=T" A=1',
    "export KEY=T KEY",
    "export -- KEY=T",
    "export -p KEY=T",
  ],
  ...["typeset -x KEY=T", "typeset -gx 'KEY=T'", 'declare -x "KEY=T"', "declare -rx KEY=T", "typeset KEY=T"],
  ...["readonly KEY=T", "readonly KEY=T; export KEY; KEY=U", "local KEY=T; export KEY"],
  ...["KEY=T export KEY", "KEY=T readonly KEY", "command -p export KEY=T", "noglob export KEY=T", "- export KEY=T"],
  ...["readonly KEY; export KEY=T", "KEY=T set -a", "integer -x KEY=T", "private -x KEY=T", "local -x KEY=T"],
  ...['export "KEY=$X"', 'export KEY"=$X"', "export K\\EY={a,b}", 'export "KEY"=a*', 'eval "export KEY=$X"'],
  ...[
    "env KEY=T true",
    'env "KEY=T" true',
    "A=1 export KEY=T",
    '"export" KEY=T',
    "\\export KEY=T",
    "command export KEY=T",
    "KEY=T true",
  ],
  ...[
    '"KEY"=T; export KEY',
    'KEY=T; export "KEY"',
    "KEY=A; KEY+=T; export KEY",
    "export KEY+=T",
    "K\\\nEY=T; export KEY",
  ],
  ...["export KEY=(a b)", "export KEY=a; KEY=(b c)", "KEY[0]=T; export KEY", "export KEY={a,b}", "export KEY='{a,b}'"],
  ...[
    `: \${KEY:=T}; export KEY`,
    `export KEY; : "\${KEY=T}"`,
    `export KEY="\${KEY:=T}"`,
    "export KEY==ls",
    "export KEY=<(x)",
  ],
  ...["KEY=T\nset -a", "set -a\nKEY=T", "set -a\nset +a\nKEY=T", "set -a\nKEY=T\nset +a", "set -eao pipefail\nKEY=T"],
  ...["set -o allexport\nKEY=T", `set -a; : \${KEY:=T}`, "export KEY=T; declare +x KEY", "export KEY=T; export -n KEY"],
  ...[
    "declare -u KEY=abc; export KEY",
    "declare -xi KEY=1+1",
    "export KEY=T &",
    "export KEY=T | cat",
    "true | export KEY=T",
  ],
  ...[
    "return\nexport KEY=T",
    "[ -z '' ] || return\nexport KEY=T",
    "exec true\nexport KEY=T",
    "exec 3>&1\nexport KEY=T",
  ],
  ...[
    "f() { export KEY=T; }",
    "f() { export KEY=T; }; f",
    "f() { export KEY=a; }\nexport KEY=T\n",
    "function f() { export KEY=T; }",
  ],
  ...[
    "f() { export KEY=T; }\nexport KEY=U\nf",
    "f() { local KEY=T; export KEY; }; f",
    "function f { export KEY=T; }\nf",
  ],
  ...[
    "( export KEY=T )",
    "{ export KEY=T; }",
    "f() ( export KEY=T ); f",
    'eval "export KEY=T"',
    "eval export KEY=T",
    "eval 'KEY=T'; export KEY",
  ],
  ...[
    "export KEY=T; unset 'KEY'",
    "export KEY=T; unset -f KEY",
    "export KEY=T; unset KEY; export KEY",
    "export KEY = T",
  ],
  ...["for KEY in a b; do :; done; export KEY", "read KEY <<E\nT\nE\nexport KEY", "export KEY=T; read KEY </dev/null"],
  ...[
    "export KEY=T#x",
    "export KEY=T # x",
    "# export KEY=T",
    "cat <<E\nexport KEY=T\nE\n",
    "x=$(export KEY=T)",
    "alias KEY=T",
  ],
  ...["export KEY=~", 'export "KEY=~"', 'export "KEY"=~', "export KEY=a:~", "export KEY=T\r", "((1)) && export KEY=T"],
]

const forms = [
  (way: string) => `${way}\n`,
  (way: string) => `A=0\n  ${way}\nexport B=1\n`,
  (way: string) => `export C="$A"; ${way.includes("\n") ? `\n${way}` : way}\n`,
  (way: string) => way.replaceAll("T", "'t o # k'"),
  (way: string) => way.replaceAll("export", "export  "),
]
const files = ways.flatMap((way) => forms.map((form) => form(way)))

function read(file: string): FoundContent {
  try {
    return shell.find(bytes(file), "KEY")
  } catch {
    return { kind: "reference", content: "refused" }
  }
}

/** Words and signs that dash and busybox do not have. */
const hasWords = (name: string) => /^(?:bash|zsh)$/.test(name)

const theirs = new Map(shells.map((name) => [name, sourced(name, files, "KEY", true)]))
const answers = files.map((file, index) => ({
  file,
  found: read(file),
  held: [...theirs].map(([name, all]) => [name, all[index]] as const),
}))

test("a value that is told is the value of a shell, and no other shell has a different one", () => {
  const wrong = answers.filter(({ file, found, held }) => {
    if (found.kind !== "value") return false
    const set = held.flatMap(([name, value]) =>
      value === undefined || (file.includes("+=") && !hasWords(name)) ? [] : [value],
    )
    return set.length === 0 || set.some((value) => value !== found.value)
  })
  expect(wrong.map((each) => JSON.stringify(each))).toEqual([])
})

test("what bash and zsh export is found, or is a reference: it cannot be told", () => {
  const missed = answers.filter(({ file, found, held }) => {
    const set = held.filter(
      ([name, value]) => hasWords(name) && !/ -n KEY/.test(file) && value !== undefined && value !== "",
    )
    return found.kind === "missing" && set.length > 0
  })
  expect(missed.map((each) => JSON.stringify(each))).toEqual([])
})

test("what is put is exported by every shell, and what is dropped by none", () => {
  const put: string[] = []
  const dropped: string[] = []
  for (const { file } of answers) {
    // Words of bash and zsh alone, and files that end a shell which does not know them.
    if (
      /typeset|declare|local|\+=|function|\(a b\)|\(b c\)|pipefail|-[np] KEY|KEY = |\(\(1|\$'|KEY\[|<\(|exec|eval|KEY==/.test(
        file,
      )
    )
      continue
    try {
      put.push(text(shell.put(bytes(file), "KEY", "it's new")))
    } catch (error) {
      expect(error).toBeInstanceOf(PlaceError)
    }
    try {
      dropped.push(text(shell.drop(bytes(file), "KEY")))
    } catch (error) {
      expect(error).toBeInstanceOf(PlaceError)
    }
  }
  expect(put.length).toBeGreaterThan(100)
  for (const name of shells) {
    const wrote = sourced(name, put, "KEY", true)
    expect(put.filter((_, index) => wrote[index] !== "it's new")).toEqual([])
    const left = sourced(name, dropped, "KEY", true)
    expect(dropped.filter((_, index) => (left[index] ?? "") !== "")).toEqual([])
  }
})
