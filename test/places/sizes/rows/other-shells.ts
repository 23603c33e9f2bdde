import { around, each, nested, O, type Texts, x } from "./texts.ts"

/** Of fish and csh. */
export const otherShells: Texts = {
  "values of fish": each((i) => `set -gx ${O} value-${i}\n`),
  "equal values of fish": x(`set -gx ${O} a\n`),
  "a list of values": around(`set -gx ${O}`, " a", "\n"),
  "options of set": around("set", " -g", ` ${O} a\n`),
  "values of csh": each((i) => `setenv ${O} value-${i}\n`),
  "values that are filled in": x(`set -gx ${O} (cat t)\nsetenv ${O} $T\n`),
  "substitutions in substitutions": nested(`set -gx ${O} `, "(a", ")"),
  // Twice as many, so that csh finds a pair for each quote.
  "substitutions in quotes": (n) => nested(`set -gx ${O} `, '"$(a', ')"')(2 * n),
  "open substitutions": around(`set -gx ${O} `, "(a ", ""),
  "quoted parts": around(`setenv ${O} `, `'a'"b"\\c`, "\n"),
  "escapes in quotes": around(`set -gx ${O} '`, "\\'", "'\n"),
  "events in quotes": around(`setenv ${O} '`, "\\!", "'\n"),
  redirections: around("echo a", " >b", "\n"),
  conditions: x(`if (1) setenv ${O} a\n`),
  "commands before": around("", "and ", `set -gx ${O} a\n`),
  "lines that go on": around(`setenv ${O} a`, "\\\n", "\n"),
  comments: x(`# setenv ${O} a\n`),
  "universal variables": x(`SETUVAR --export ${O}:a\n`),
}
