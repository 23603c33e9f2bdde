import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import ts from "typescript"
import { root } from "../engine/program.ts"
import { codesIn, pseudoText } from "./text.ts"

/** Where all that is said is said to people. Elsewhere scripts, definitions and requests are texts as well: there, errors. */
const messages = [
  /^core\/(?:holds|describe-token|describe-reference|place|leaving|receipt|vault|time|host|errno|authority-phase|generations)\.ts$/,
  /^core\/(?:own-proxy|kind|notice|strength)\.ts$/,
  /^certificates\/(?:authority-set|lifetime|read)\.ts$/,
  /^provider\//,
  /^policy\//,
  /^cli\//,
  /^survey\/causes\//,
  /^survey\/describe\/(?:steps|sidecar-steps)\.ts$/,
  /^survey\/resolve\/(?:winner|modes|names)\.ts$/,
  /^probes\/services\/(?:describe|plan)\.ts$/,
  /^probes\/(?:listeners|certificates|keys|proxies)\/describe\.ts$/,
  /^gateways\/(?:verdict|pairing)\.ts$/,
  /^products\/(?:config-reloads|auth-modes|secret-obstacle)\.ts$/,
]

/** A copy of the project in which each message of its own is pseudo-text. @returns its folder */
export function pseudoTree(folder: string): string {
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter((name) => name !== "")
  const isOurs = (name: string) => /^[a-z]+\/.*\.ts$/.test(name) && !/^(?:test|bench|tools|examples)\//.test(name)
  const sources = new Map(files.filter(isOurs).map((name) => [name, readFileSync(join(root, name), "utf8")]))
  const unused = messages.filter((each) => ![...sources.keys()].some((name) => each.test(name)))
  if (unused.length > 0) throw new Error(`no module matches ${unused.join(" ")}`)
  const codes = new Set(
    [...sources].flatMap(([name, text]) => codesIn(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true))),
  )
  for (const name of files) {
    const to = join(folder, name)
    mkdirSync(dirname(to), { recursive: true })
    const source = sources.get(name)
    if (source === undefined) cpSync(join(root, name), to)
    else writeFileSync(to, pseudoText(name, source, codes, !messages.some((each) => each.test(name))))
  }
  for (const name of ["node_modules", ".tools"]) symlinkSync(join(root, name), join(folder, name))
  return folder
}
