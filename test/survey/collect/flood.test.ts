import { expect, test } from "vitest"
import { groupByPid } from "../../../probes/listeners/processes.ts"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"
import { parseHomeSnapshot } from "../../../survey/collect/parse-home.ts"

/** An answer of so many lines that a hostile host makes up. */
function answer(count: number, ...lines: ((at: number) => string)[]) {
  const all = lines.flatMap((line) => Array.from({ length: count }, (_, at) => `gk:${line(at)}`))
  const found = parseTaggedAnswer(Buffer.from([...all, "gk:end"].join("\n")))
  if (!found) throw new Error("is no answer")
  return found
}

test("more lines of one kind than any host has are refused as they come", () => {
  expect(() => answer(60_000, () => "words 7 x")).toThrow("more than 50000 lines of one kind (words)")
  expect(answer(60_000, () => "file.hex 00").all("file.hex")).toHaveLength(60_000)
})

test.each<[string, (at: number) => string, ((at: number) => string)?]>([
  ["addresses", (at) => `address 10.0.0.${at}`],
  ["lines of a crontab", (at) => `crontab * * * * * OPENCLAW_GATEWAY_TOKEN=t${at} openclaw`],
  ["variables of a session", (at) => `session x OPENCLAW_GATEWAY_TOKEN=t${at}`],
  ["files", (at) => `script 600 0 1 0 regular file|/home/x/${at}`],
  ["gateways and nodes", (at) => `process ${at + 5} 1 5`, (at) => `words ${at + 5} openclaw-gateway`],
])("more %s than any home has are refused", (what, ...lines) => {
  const given = lines.filter((line) => line !== undefined)
  expect(() => parseHomeSnapshot(answer(30_000, ...given))).toThrow(
    new RegExp(`the host reports 30000 ${what}.*, expected at most`),
  )
})

test("each line of a process is kept once, however many there are", () => {
  const lines = Array.from({ length: 200_000 }, (_, at) => `7 ${at}`)
  expect(groupByPid(lines).get(7)).toHaveLength(200_000)
})
