import { describe, expect, test } from "vitest"
import { detector, type Haystack } from "../support/canary/canary.ts"
import { plantAll, plantings } from "../support/canary/plant.ts"
import { notes as notesOf, type SearchNote, searchAll } from "../support/canary/search.ts"
import { type Kind, kinds, sourceOfFile, sourceOfOutput, sources } from "../support/canary/sources.ts"
import { failuresIn, gapsIn, summarize } from "../support/canary/summary.ts"
import { strong } from "../support/tokens.ts"

const secrets = new Map(kinds.map((kind) => [kind, strong()]))
const byKind = new Map<Kind, ReadonlySet<string>>([...secrets].map(([kind, value]) => [kind, new Set([value])]))
const haystacks: readonly Haystack[] = sources.map((source) => ({
  name: `a file of ${source}`,
  source,
  bytes: Buffer.from(`nothing but ${strong()}\n`.repeat(20)),
}))
const noteOf = (scene: string, searched: readonly Haystack[]): SearchNote => {
  const file = process.env.CANARY_NOTES
  delete process.env.CANARY_NOTES
  searchAll(scene, secrets, byKind, searched)
  if (file !== undefined) process.env.CANARY_NOTES = file
  return notesOf.at(-1) as SearchNote
}

describe("the canary's summary", () => {
  test("has no failure if nothing was found but what was planted, and every row was covered", () => {
    const note = noteOf("clean", haystacks)
    expect([failuresIn([note]), gapsIn([note])]).toEqual([[], []])
    const summary = summarize([note])
    expect(summary.planted).toBe(sources.length * Object.keys(plantings).length)
    expect(summary).toMatchObject({ scenes: 1, found: summary.planted, hits: 0 })
    expect(JSON.stringify(summary)).not.toContain([...secrets.values()][0])
  })

  test("has a failure if a secret is in any of the sources", () => {
    const leaking = haystacks.map((each) => ({ ...each, bytes: Buffer.from(`so ${secrets.get("token")}`) }))
    const note = noteOf("leaking", leaking)
    expect(failuresIn([note])).toEqual([`leaking: ${sources.length} secrets found, expected 0`])
  })

  test("names each source that no scene covers", () => {
    const note = noteOf("partial", haystacks.slice(0, 1))
    const others = sources.slice(1)
    expect(gapsIn([note])).toEqual(others.map((source) => `no scene covers the source ${source}`))
    expect(gapsIn([note], others)).toEqual([])
  })

  test("names a secret that no scene had, and a form in which none was planted", () => {
    const note = noteOf("all", haystacks)
    const { JWT: _none, ...others } = note.secrets
    const { reversed: _missing, ...forms } = note.found
    expect(gapsIn([{ ...note, secrets: others, found: forms }])).toEqual([
      "no scene covers the secret JWT",
      "no scene covers the form reversed",
    ])
  })

  test("has a failure for each planted secret that the detector does not find", () => {
    const blind = { find: () => [] }
    const { missed, total } = plantAll(blind, [strong()], haystacks.slice(0, 1))
    expect(missed).toHaveLength(Object.keys(plantings).length)
    expect(total.found).toEqual({})
  })
})

test.each(Object.keys(plantings))("the detector finds a whole secret in the form: %s", (form) => {
  for (const value of [
    strong(),
    strong().slice(0, 20),
    `${strong().slice(0, 20)}'"$&<>\\ %+/=${strong().slice(0, 20)}`,
  ]) {
    const bytes = Buffer.from(plantings[form]?.(value) ?? "")
    const around = [Buffer.from("before "), bytes, Buffer.from(" after")]
    expect(detector(new Map([["planted", value]])).find({ name: "", bytes: Buffer.concat(around) })).not.toEqual([])
  }
})

test.each([
  ["backend/.pulumi/stacks/engine/dev.json", "state"],
  ["backend/.pulumi/stacks/engine/dev.json.bak", "state's backups"],
  ["backend/.pulumi/backups/engine/dev/dev.1.json", "state's backups"],
  ["backend/.pulumi/history/engine/dev/dev-1.history.json", "state's history"],
  ["pulumi/credentials.json", "Pulumi's own files"],
  ["tmp/drift.plan", "plans"],
  ["tmp/crash/report.1.json", "crash reports"],
  ["tmp/else", "temporary files"],
  ["home/.local/state/gatekey/guard/cert.pem", "guard's files"],
  ["home/.openclaw/other.json", "home"],
  ["project/Pulumi.dev.yaml", "project"],
] as const)("the file %s counts as %s", (path, source) => {
  expect(sourceOfFile(path)).toBe(source)
})

test("output counts by its command", () => {
  expect(sourceOfOutput("pulumi", ["up", "--yes", "-v=8"])).toBe("verbose log")
  expect(sourceOfOutput("pulumi", ["up", "--yes"])).toBe("output")
  expect(sourceOfOutput("gatekey", ["doctor", "tw"])).toBe("doctor")
})
