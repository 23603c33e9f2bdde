import { Secret } from "../../core/secret.ts"
import { unitLines } from "../../places/systemd/lines.ts"
import { unitWords, withoutSpecifiers } from "../../places/systemd/words.ts"
import { variables } from "./copy.ts"
import { heldInForeign, heldInScript, type ScriptValue } from "./script-text.ts"

const quadlet = /\.(?:container|pod|kube)(?:\.d\/[^/]+\.conf)?$/
const supervisor = /\/supervisord\.conf$/

type Reading = () => ScriptValue[]

/** Returns the reader of a service definition without a format of its own here; undefined for other files. */
export function definitionReader(path: string): ((text: string) => Reading[]) | undefined {
  if (quadlet.test(path)) return readQuadlet
  return supervisor.test(path) ? (text) => [() => heldInSupervisor(text)] : undefined
}

const keys = /^(?:Environment|Exec|PodmanArgs|GlobalArgs)$/

/** Reads a Podman Quadlet, which has a unit's syntax. Each reading throws a PlaceError for an unclosed quote. */
function readQuadlet(text: string): Reading[] {
  const own = unitLines(text).filter((line) => keys.test(line.key) && line.from < line.to)
  return own.map((line) => () => {
    const words = unitWords(text, line, false).map((word) => word.text)
    return words.flatMap((word, at): ScriptValue[] => {
      if (line.key === "Exec" && /\s/.test(word)) return heldInScript(word)
      if (word === "--token") return textValue("--token", words[at + 1])
      // `--env K=T` has the assignment as a separate word.
      const [, name = "", value] = /^(?:--env=|-e)?(--token|\w+)=(.*)$/s.exec(word) ?? []
      return name === "--token" || variables.some(([, each]) => each === name) ? textValue(name, value) : []
    })
  })
}

function textValue(locator: string, raw: string | undefined): ScriptValue[] {
  const value = raw === undefined ? undefined : withoutSpecifiers(raw)
  return value === undefined || value === "" || /^[-$]|\$\{/.test(value) ? [] : [{ locator, value: new Secret(value) }]
}

/** Finds values in supervisor's `environment=A="b",C=d`, also on several lines, and in its commands. */
function heldInSupervisor(text: string): ScriptValue[] {
  const plain = text.replaceAll(/^[ \t]*[;#].*|[ \t];.*/gm, "")
  return [...plain.matchAll(/^(environment|command)[ \t]*[=:](.*(?:\r?\n(?:[ \t].*|(?=\r?\n)))*)/gm)].flatMap(
    ([, key, value = ""]) => (key === "command" ? heldInForeign(value) : valuesInPairs(value)),
  )
}

function valuesInPairs(text: string): ScriptValue[] {
  return [...text.matchAll(/(?<=^|[\s,])(\w+)[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|([^,\s]*))/g)].flatMap(
    ([, name = "", ...quoted]) => {
      const value = quoted.find((each) => each !== undefined) ?? ""
      const isOurs = variables.some(([, each]) => each === name) && value !== "" && !value.includes("%(")
      return isOurs ? [{ locator: name, value: new Secret(value) }] : []
    },
  )
}
