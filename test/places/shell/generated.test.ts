import fc from "fast-check"
import { expect, test } from "vitest"
import { PlaceError } from "../../../core/errors.ts"
import { shell } from "../../../places/shell/shell.ts"
import { sampleCount } from "../../support/hostile/sample-count.ts"
import { exportedBy, shells } from "../../support/shells/shells.ts"
import { bytes, text } from "../laws.ts"
import { scripts } from "./generated.ts"

const files = fc.sample(scripts, { numRuns: sampleCount(1200), seed: 17 })

/** Words of bash and zsh alone: what a file with them is to another shell does not count. */
const foreign = /declare|typeset|local|builtin|\+=|\$'|\{a,b\}/
const ofZsh = /setopt|nocorrect|noglob|- |-xU/

/** The shells that a file is for, as far as they read it to its end. */
function readersOf(file: string, at: number): readonly string[] {
  const meant = shells.filter((name) =>
    ofZsh.test(file) ? name === "zsh" : !foreign.test(file) || /^(?:bash|zsh)$/.test(name),
  )
  return meant.filter((name) => before.get(name)?.[at]?.has("END"))
}

function unlessRefused<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    expect(error).toBeInstanceOf(PlaceError)
    return undefined
  }
}

const before = new Map(shells.map((name) => [name, exportedBy(name, files)]))

test("what is read is what each shell of the file exports, or it is a reference, or refused", () => {
  const wrong = files.flatMap((file, at) => {
    const found = unlessRefused(() => shell.find(bytes(file), "KEY"))
    if (found === undefined || found.kind === "reference") return []
    const held = readersOf(file, at).map((name) => [name, before.get(name)?.[at]?.get("KEY") ?? ""] as const)
    const told = found.kind === "value" ? found.value : ""
    return held.every(([, value]) => value === told) ? [] : [JSON.stringify({ file, found, held })]
  })
  expect(wrong).toEqual([])
})

test.each([
  ["put", (file: string) => shell.put(bytes(file), "KEY", "it's new"), "it's new"],
  ["drop", (file: string) => shell.drop(bytes(file), "KEY"), ""],
])("what %s has done is so in each shell of the file", (_, edit, wanted) => {
  const done = files.flatMap((file, at) => {
    const written = unlessRefused(() => text(edit(file)))
    return written === undefined ? [] : [{ file, written, readers: readersOf(file, at) }]
  })
  expect(done.length).toBeGreaterThan(600)
  const written = done.map((each) => each.written)
  const after = new Map(shells.map((name) => [name, exportedBy(name, written)]))
  const wrong = done.filter(({ readers }, at) =>
    readers.some((name) => (after.get(name)?.[at]?.get("KEY") ?? "") !== wanted),
  )
  expect(wrong.map((each) => JSON.stringify(each))).toEqual([])
})
