// Runs the scenes of `test/engine/canary.test.ts`, and those of a state in PostgreSQL; searches all that they left and showed
// for each secret, and for secrets planted in copies of it. `-- --only NAME` a part of a scene's name; the last line is JSON.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { failuresIn, gapsIn, summarize } from "../support/canary/summary.ts"
import { readNotes, runScenes, sceneFiles } from "./run-scenes.ts"

const { values } = parseArgs({ options: { only: { type: "string" } } })
const { only } = values
const chosen = only === undefined ? sceneFiles : sceneFiles.slice(0, 1).map((file) => ({ ...file, names: only }))

const begun = Date.now()
const folder = mkdtempSync(join(tmpdir(), "gatekey-canary-notes-"))
const file = join(folder, "notes")
writeFileSync(file, "")
const failures: string[] = []
try {
  for (const scenes of chosen) {
    const code = await runScenes(scenes, file)
    if (code !== 0) failures.push(`${scenes.path}: ended with ${code}, expected 0: see its output above`)
  }
  const notes = readNotes(file)
  failures.push(...failuresIn(notes), ...(only === undefined ? gapsIn(notes) : []))
  if (notes.length === 0) failures.push("no scene ran to its search")
  for (const each of failures) console.log(`FAILURE ${each}`)
  const seconds = Math.round((Date.now() - begun) / 1000)
  console.log(JSON.stringify({ ...summarize(notes), failures: failures.length, seconds }))
} finally {
  rmSync(folder, { recursive: true })
}
process.exitCode = failures.length === 0 ? 0 : 1
