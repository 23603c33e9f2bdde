import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { PlaceError } from "../../../core/errors.ts"
import { shell } from "../../../places/shell/shell.ts"
import { fileOf, lookalikes } from "../../support/hostile/lookalikes.ts"
import { shells, sourced } from "../../support/shells/shells.ts"
import { bytes, formatLaws, text } from "../laws.ts"

const find = (file: string, name = "KEY") => shell.find(bytes(file), name)
const put = (file: string, value: string, name = "KEY") => text(shell.put(bytes(file), name, value))
const drop = (file: string, name = "KEY") => text(shell.drop(bytes(file), name))

describe("find", () => {
  test.each([
    ["plain", "export KEY=value\n", "value"],
    ["indented", "\texport KEY=value", "value"],
    ["quoted parts", `export KEY='a'"b"c\\ d\n`, "abc d"],
    ["a quote in quotes", "export KEY='it'\\''s'\n", "it's"],
    ["double quotes", 'export KEY="a\\"b\\\\c\\$d\\e"\n', 'a"b\\c$d\\e'],
    ["ANSI quotes", "export KEY=$'a\\'b\\t'\n", "a'b\t"],
    ["several", "export A=1 KEY=2 B\n", "2"],
    ["assigned, then exported", "KEY=value; export KEY\n", "value"],
    ["exported, then assigned", "export KEY\nKEY=value\n", "value"],
    ["everything exported", "set -a\nKEY=value\n", "value"],
    ["typeset", "typeset -gx KEY=value\n", "value"],
    ["declare", "declare -x KEY=value\n", "value"],
    ["behind another command", "cd /; export KEY=value; true\n", "value"],
    ["a comment behind", "export KEY=a#b # c\n", "a#b"],
    ["continued", "export \\\n  KEY=a\\\nb\n", "ab"],
    ["in a condition", "if true; then\n  export KEY=value\nfi\n", "value"],
    ["behind a case", "case $- in\n  *i*) ;;\n  (a|b) return;;\nesac\nexport KEY=value\n", "value"],
    ["behind a function", "f() {\n  export KEY=no\n}\nexport KEY=value\n", "value"],
    ["behind a here-document", "cat <<'E O' >/dev/null; export KEY=value\nexport KEY=no\nE O\n", "value"],
    ["behind an indented here-document", "cat <<-E\n\texport KEY=no\n\tE\nexport KEY=value\n", "value"],
    ["behind arithmetic", "(( x = 1 << 2 ))\nexport KEY=value\n", "value"],
    ["behind a test", "[[ a =~ (b|c) && -n $x ]]\nexport KEY=value\n", "value"],
    ["behind a substitution", "x=$(case a in a) echo ')';; esac)\nexport KEY=value\n", "value"],
    ["a lone dollar sign", 'export KEY="a$"\n', "a$"],
    ["set again after unset", "export KEY=a; unset KEY; export KEY=b\n", "b"],
  ])("%s", (_name, file, value) => {
    const found = find(file)
    expect(found).toMatchObject({ kind: "value", value })
    expect(sourced("bash", [file], "KEY", true)).toEqual([value])
  })
  test.each([
    "",
    "# export KEY=a\n",
    "KEY=a\n",
    "KEY=a command\n",
    "echo export KEY=a\n",
    "echo 'a\nexport KEY=b\n'\n",
    "cat <<E\nexport KEY=a\nE\n",
    "(export KEY=a)\n",
    "f() { export KEY=a; }\n",
    "x=$(export KEY=a)\n",
    "export KEY=a\nunset KEY\n",
    "export -n KEY=a\n",
    "export KEY=\n",
    "export KEY\n",
    "\uFEFFexport KEY=a\n",
    "echo \\\nexport KEY=a\n",
  ])("nothing in %j", (file) => {
    expect(find(file)).toEqual({ kind: "missing" })
    expect(["", undefined]).toContain(sourced("bash", [file], "KEY", true)[0])
  })
  test.each([
    ["a function of one line", "mk() { mkdir $1 && cd $1 }\nexport KEY=value\n"],
    ["flags of a pattern", "[[ $x == (#i)(a|b)* ]] && y\nexport KEY=value\n"],
    ["flags behind a word", "[[ $x == [0-9](#c4) ]] && y\nexport KEY=value\n"],
    ["qualifiers", "for f in ~/x/*.zsh(N); do . $f; done\nexport KEY=value\n"],
    ["a short condition", "if (( $+commands[x] )) { y }\nexport KEY=value\n"],
    ["nested expansions", `x=(\${(s: :)\${(f)"$(y)"}##*})\nexport KEY=value\n`],
  ])("behind %s of zsh", (_name, file) => {
    expect(find(file)).toEqual({ kind: "value", value: "value", others: [] })
  })
  test("the last one counts", () => {
    expect(find("export KEY=a\nexport KEY=b\n")).toEqual({ kind: "value", value: "b", others: ["a"] })
  })
  test.each([
    [`export KEY=\${A:-b}\n`, `\${A:-b}`, "b"],
    [`export KEY="\${A:-it's}"\n`, `\${A:-it's}`, "it's"],
    [`export KEY="\${A:-\${B:-c}}"\n`, `\${A:-\${B:-c}}`, undefined],
    ['export KEY=a$\\\n"b"\n', 'a$\\\n"b"', undefined],
    ["export KEY=$'a\\:b'\n", "$'a\\:b'", undefined],
    ["export KEY=$'a\\\nb'\n", "$'a\\\nb'", undefined],
    ['export KEY="a$\\\nB"\n', "a$\\\nB", undefined],
    ["export KEY=$(cat /run/secret | tr -d '\\n')\n", "$(cat /run/secret | tr -d '\\n')", undefined],
    ['export KEY="`cat x`"\n', "`cat x`", undefined],
    ["export KEY=a$B\n", "a$B", undefined],
    ["export KEY=~/x\n", "~/x", undefined],
  ])("%j is a reference", (file, content, fallback) => {
    expect(find(file)).toEqual({ kind: "reference", content, ...(fallback === undefined ? {} : { fallback }) })
  })
  test.each([
    ["an open quote", "A=b\nexport KEY='a\n", "line 2, column 12"],
    ["an open here-document", "cat <<E\nexport KEY=a\n", "here-document"],
    ["an open parenthesis", "x=$(a\n", "parenthesis"],
  ])("%s is refused", (_name, file, told) => {
    expect(() => find(file)).toThrow(PlaceError)
    expect(() => find(file)).toThrow(told)
  })
})

describe("put", () => {
  test.each([
    ["", "v1", "export KEY='v1'\n"],
    ["A=b", "it's", "A=b\nexport KEY='it'\\''s'\n"],
    ["A=b \\\n", "v1", "A=b \\\n\nexport KEY='v1'\n"],
    ["export A=1 KEY=2 B=3 # c\n", "v1", "export A=1 KEY='v1' B=3 # c\n"],
    ["KEY=a; export KEY\n", "v1", "KEY='v1'; export KEY\n"],
    ['export KEY="$(cat x)"\n', "v1", "export KEY='v1'\n"],
    ["export KEY=a\nexport KEY=\n", "v1", "export KEY='v1'\nexport KEY='v1'\n"],
    ["KEY=a\n", "v1", "KEY='v1'\nexport KEY='v1'\n"],
    ["f() { export KEY=a; }\n", "v1", "f() { export KEY=a; }\nexport KEY='v1'\n"],
    ["export KEY=a\r\n", "v1", "export KEY='v1'\n"],
    ["export KEY=a # c\r\nexport A=b\r\n", "v1", "export KEY='v1' # c\r\nexport A=b\r\n"],
    ["export KEY+=a\n", "v1", "export KEY='v1'\n"],
  ])("into %j", (file, value, expected) => {
    expect(put(file, value)).toBe(expected)
  })
  test.each(["a\nb", "a\0", "\x1B[", ""])("%j is refused", (value) => {
    expect(() => put("", value)).toThrow(PlaceError)
  })
  test("an array is refused", () => {
    expect(() => put("export KEY=(a b)\n", "v1")).toThrow("line 1, column 8: an array")
  })
  test.each(["1KEY", "K-Y", "", "KEY=a"])("%j is no locator", (name) => {
    expect(() => put("", "a", name)).toThrow(PlaceError)
  })
})

describe("drop", () => {
  const cases = [
    ["export KEY=a\n", ""],
    ["A=b\n  export KEY=a # why\nB=c\n", "A=b\n# why\nB=c\n"],
    ["A=b\nexport KEY=a;\nB=c", "A=b\nB=c"],
    ["export A=1 KEY=2 B=3\n", "export A=1 B=3\n"],
    ["export KEY=1 KEY=2\nB=c\n", "B=c\n"],
    ["KEY=a; export KEY\nB=c\n", "B=c\n"],
    ["A=b; export KEY=a; B=c\n", "A=b; B=c\n"],
    ["export KEY=a; B=c\n", "B=c\n"],
    ["A=b; export KEY=a\n", "A=b\n"],
    ["true && export KEY=a\n", "true && :\n"],
    ["true &&\n  export KEY=a\n", "true &&\n  :\n"],
    ["true || true\n[[ -n a ]] && [[ -n b ]]\nexport KEY=a\n", "true || true\n[[ -n a ]] && [[ -n b ]]\n"],
    ["if true; then\n  export KEY=a\nfi\n", "if true; then\n  :\nfi\n"],
    ["if true; then export KEY=a; fi\n", "if true; then :; fi\n"],
    ["f() { export KEY=a; }\n", "f() { :; }\n"],
    ["case a in a) export KEY=a;; esac\n", "case a in a) :;; esac\n"],
    ["KEY=a command\n", "KEY=a command\n"],
    ["export KEY\n", "export KEY\n"],
    ["KEY=a\nunset KEY\n", "unset KEY\n"],
  ] as const
  test.each(cases)("from %j", (file, expected) => {
    expect(drop(file)).toBe(expected)
  })
  test.each(shells)("leaves a script that %s reads to its end", (name) => {
    const files = cases.map(([file]) => `${drop(file)}\nexport END=end\n`)
    expect(sourced(name, files, "END", true)).toEqual(files.map(() => "end"))
  })
})

const lines = fc.oneof(
  fc.constantFrom(
    "",
    "# a comment",
    "# export KEY=no",
    "export A=b",
    "alias ll='ls -l'",
    'echo "\nexport KEY=no\n"',
    "f() { x; }",
  ),
  fc.constantFrom(
    "cat <<E\nexport KEY=no\nE",
    "if a; then b; fi",
    "KEY=no command",
    "[ -f x ] && . x",
    "PATH=$PATH:$(x y)",
  ),
  fc.constantFrom("export KEY=old", "KEY=old; export KEY", "export B=1 KEY='o l d' C=2 # c", 'export KEY="$(x)"'),
  lookalikes.map((value) => `export X='${value.replaceAll("'", "")}'`),
)

test("keeps the laws of a format", () => {
  const files = fileOf(lines, ["\n"], [])
  formatLaws(shell, fc.record({ file: files, locator: fc.constant("KEY"), content: lookalikes }))
})

describe.each(shells)("%s reads the same", (name) => {
  test("what put wrote, for values of every shape", () => {
    const values = fc.sample(lookalikes, 300)
    const old = [
      "A=b\n",
      "export KEY=old\n",
      "export A=1 KEY='o'\\''ld' B=2\n",
      "KEY=old; export KEY\n",
      'export KEY="$(id)"\n',
    ]
    const files = values.map((value, index) => put(old[index % old.length] ?? "", value))
    expect(sourced(name, files, "KEY", true)).toEqual(values)
  })

  test("what find says of files that others wrote", () => {
    const soup = fc.string({
      unit: fc.constantFrom(..."ab'\"\\`$;# \t=:", "''", '""', "\\'", "\n", " B=", "; "),
      maxLength: 14,
    })
    const read = (file: string) => {
      try {
        return find(file)
      } catch {
        return undefined
      }
    }
    // `$'…'` is not yet in every sh.
    const all = fc.sample(soup, 1500).filter((each) => name !== "dash" || !/\$['"]/.test(each))
    const files = all.map((each) => `export KEY=${each}\n`)
    const known = files.filter((file) => read(file)?.kind === "value")
    expect(known.length).toBeGreaterThan(100)
    const theirs = sourced(name, known, "KEY", true)
    const ours = known.map((file) => read(file))
    // Where the shell finds no script in it (an open quote behind it, say), there is nothing to compare.
    for (const [index, value] of theirs.entries()) {
      if (value !== undefined) expect([known[index], ours[index]]).toMatchObject([known[index], { value }])
    }
    expect(theirs.filter((value) => value !== undefined).length).toBeGreaterThan(80)
  })
})

describe("--token of a script's commands", () => {
  const script = `#!/bin/sh
# openclaw --token commented
openclaw gateway call --token old --json | jq .
openclaw gateway run \\
  --port 18789 \\
  --token "o l d"   # here
if true; then openclaw x --token=old; fi
`

  test("each of them is found, and the last counts", () => {
    expect(find(script, "--token")).toEqual({ kind: "value", value: "old", others: ["old", "o l d"] })
  })

  test("is set in all, and nothing else changes", () => {
    expect(put(script, "it's", "--token")).toBe(
      script.replaceAll(/(--token[ =])(?:old|"o l d")/g, (_, flag) => `${flag}'it'\\''s'`),
    )
  })

  test("is taken out, with its value", () => {
    expect(drop(script, "--token")).toBe(`#!/bin/sh
# openclaw --token commented
openclaw gateway call --json | jq .
openclaw gateway run \\
  --port 18789   # here
if true; then openclaw x; fi
`)
  })

  test.each([
    ["a flag without a value", "openclaw x --token\n"],
    ["an option behind it", "openclaw x --token --json\n"],
    ["the command itself", "--token x\n"],
    ["a longer flag", "openclaw x --token-file y --tokens=z\n"],
    ["in a comment", "openclaw x # --token y\n"],
    ["in a here-document", "cat <<E\nopenclaw --token y\nE\n"],
  ])("none: %s", (_, file) => {
    expect(find(file, "--token")).toEqual({ kind: "missing" })
    expect(drop(file, "--token")).toBe(file)
    expect(() => put(file, "x", "--token")).toThrow("no command here has --token")
  })

  test("a variable is a reference", () => {
    expect(find('openclaw x --token "$TOKEN"\n', "--token")).toMatchObject({ kind: "reference" })
  })
})
