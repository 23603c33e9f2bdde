import fc from "fast-check"

const pick = (...all: string[]) => fc.constantFrom(...all)
const often = (count: number, part: string) => Array.from({ length: count }, () => part)

const value = pick(
  ...["T", "'T'", '"T"', "T'x'", "a\\ b", "''", "$'T'", "=ls", "~", "{a,b}", "T*", "'a b'", "$X", '"$X"', "a=b"],
  ...['"it\'s"', "T\\\nU", "!x", "a#b", "#b", "$(echo T)", `\${Y:-T}`],
)
const name = pick(...often(3, "KEY"), '"KEY"', "K'E'Y", "K\\EY", "OTHER")
const quotedAs = (quote: string) =>
  value.map((each) => (each.includes(quote) ? `KEY=${each}` : `${quote}KEY=${each}${quote}`))
const assignment = fc.oneof(
  fc.tuple(name, pick("=", "=", "=", "+="), value).map((parts) => parts.join("")),
  quotedAs('"'),
  quotedAs("'"),
)
const before = pick(
  ...often(6, ""),
  ...["A=1 ", "KEY=P ", "command ", "builtin ", "\\", "env ", "sudo ", "noglob ", "nocorrect ", "! ", "eval ", ": "],
  ...["echo ", "1>&2 ", "- ", "command -p ", "command -v ", "env A=1 "],
)
const verb = pick(
  ...often(3, "export "),
  ...often(3, ""),
  ...["typeset -x ", "declare -x ", "declare -gx ", "typeset -gx ", "readonly ", "local -x ", "local ", "typeset "],
  ...[
    "declare ",
    "export -- ",
    "declare +x ",
    "typeset -rx ",
    "declare -x -r ",
    "typeset -xU ",
    "typeset -xu ",
    "unset ",
  ],
  ...["readonly -x ", "alias ", "set -a; ", "setopt allexport; ", "set +a; "],
)
const behind = pick(...often(4, ""), " A=2", " A", " &", " | cat", " >/dev/null", " # c", " && :", " || :", " KEY")
/** To zsh an assignment in the background ends the file. */
const isBare = (verb: string) => verb === "" || verb.endsWith("; ")
const simple = fc
  .tuple(before, verb, fc.oneof({ weight: 4, arbitrary: assignment }, { weight: 1, arbitrary: name }), behind)
  .filter(
    ([, verb, named, behind]) => !(verb === "unset " && named.includes("=")) && !(behind === " &" && isBare(verb)),
  )
  .map((parts) => parts.join(""))

/** Files in which commands like those that set a variable stand in all that a command can stand in; conditions are met. Who reads it to its end exports END. */
export const scripts: fc.Arbitrary<string> = fc
  .letrec<{ command: string }>((tie) => {
    const command = tie("command")
    return {
      command: fc.oneof(
        { maxDepth: 2 },
        simple,
        command.map((each) => `{ ${each}\n}`),
        command.map((each) => `( ${each}\n)`),
        command.map((each) => `if :; then ${each}\nfi`),
        command.map((each) => `f() { ${each}\n}`),
        command.map((each) => `f() { ${each}\n}; f`),
        command.map((each) => `: && ${each}`),
        command.map((each) => `false || ${each}`),
        command.map((each) => `for i in 1; do ${each}\ndone`),
        command.map((each) => `case a in a) ${each}\n;; esac`),
        fc.tuple(command, command).map(([one, other]) => `${one}\n${other}`),
        fc.tuple(command, command).map(([one, other]) => `${one.replace(/ (?:#.*|&)$/, "")}; ${other}`),
      ),
    }
  })
  .command.filter((commands) => !/f\(\)[\s\S]*f\(\)/.test(commands))
  .map((commands) => `X=xx\n${commands}\nexport END=end\n`)
