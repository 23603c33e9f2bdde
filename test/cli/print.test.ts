import { expect, test, vi } from "vitest"
import { jsonText, print, printError } from "../../cli/print.ts"
import { hostile, rawIn } from "../support/hostile/escapes.ts"

test.each([
  ["standard output", print, process.stdout],
  ["standard error", printError, process.stderr],
] as const)("what others chose reaches %s escaped, in a text, a list and a style", (_name, write, stream) => {
  const written: string[] = []
  const spy = vi.spyOn(stream, "write").mockImplementation((chunk) => {
    written.push(String(chunk))
    return true
  })
  for (const text of [`${hostile}\n`, ["a", hostile], { style: [], text: hostile }] as const) write(text as never)
  spy.mockRestore()
  expect(written).toHaveLength(3)
  expect(written.flatMap(rawIn)).toEqual([])
})

test("JSON has no control character, not even once it is parsed", () => {
  const text = jsonText({ [hostile]: [hostile] })
  expect(rawIn(text.replaceAll("\n", ""))).toEqual([])
  expect(JSON.stringify(JSON.parse(text)).replaceAll("\\\\", "\\")).not.toContain("\u001b")
})
