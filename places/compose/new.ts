import type { Edit } from "../common/edits.ts"
import { indentOf, insertion, lineEnd, newlineOf, opensLine } from "../common/layout.ts"
import { entryText, ownLine } from "./edit.ts"
import type { Service } from "./environment.ts"
import { afterColon, isBlank, pairEnd, pairStart, pairsOf, rangeOf, type YamlPair } from "./yaml-document.ts"

/** Adds an environment to a service without entries. */
export function newEnvironment(text: string, service: Service, name: string, raw: string): Edit {
  const { pair, map, environment } = service
  const flow = map?.flow === true
  if (environment)
    return under(text, environment.node, flow, unitOf(text, service), [entryText(name, raw, undefined, "double", true)])
  const inline = `environment: {${entryText(name, raw, undefined, "double", true)}}`
  if (!map)
    return under(text, pair, !opensLine(text, pairStart(pair)), unitOf(text, service), [
      "environment:",
      entryText(name, raw, undefined, "double", false),
    ])
  const last = pairsOf(map).at(-1)
  if (flow) return insertion(last ? pairEnd(last) : rangeOf(map)[0] + 1, (last ? ", " : "") + inline)
  const [start, end] = last ? [pairStart(last), pairEnd(last)] : rangeOf(map)
  const indent = indentOf(text, start)
  const entry = indent + unitOf(text, service) + entryText(name, raw, undefined, "double", false)
  return ownLine(text, end, `${indent}environment:${newlineOf(text)}${entry}`)
}

/** Adds lines under a key without a value; if it is `null` or in a flow collection, one flow map instead. */
function under(text: string, pair: YamlPair, flow: boolean, unit: string, lines: readonly string[]): Edit {
  const [first = "", second] = lines
  const whole = second === undefined ? `{${first}}` : `{${first} {${second}}}`
  if (pair.value && !isBlank(pair.value))
    return { start: rangeOf(pair.value)[0], end: rangeOf(pair.value)[1], text: whole }
  const colon = afterColon(pair)
  if (flow || colon === undefined) return insertion(colon ?? pairEnd(pair), (colon === undefined ? ": " : " ") + whole)
  const indent = indentOf(text, pairStart(pair))
  const indented = lines.map((line, index) => newlineOf(text) + indent + unit.repeat(index + 1) + line)
  return insertion(lineEnd(text, colon), indented.join(""))
}

function unitOf(text: string, { pair, map }: Service): string {
  const first = map && pairsOf(map)[0]
  if (!first || map.flow) return "  "
  const outer = indentOf(text, pairStart(pair))
  return indentOf(text, pairStart(first)).slice(outer.length) || "  "
}
