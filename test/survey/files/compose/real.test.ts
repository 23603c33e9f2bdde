import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { PlaceError } from "../../../../core/errors.ts"
import { formats } from "../../../../places/index.ts"
import { survey } from "../../../../survey/collect/survey.ts"
import type { PlaceCopy } from "../../../../survey/files/place-copy.ts"
import { sampleCount } from "../../../support/hostile/sample-count.ts"
import { folder } from "../../../support/hosts/machine.ts"
import { hasPython, runPython } from "../../../support/python.ts"
import { strong } from "../../../support/tokens.ts"
import { lay } from "../../../support/tree.ts"
import { projects, reader } from "./projects.ts"

interface Read {
  readonly value?: string | null
  readonly refused?: string
}

/** Homes, and projects in each: a look has a limit of files that Compose files name. */
const homes = Math.ceil(sampleCount(180) / 60)
const each = 60

describe.skipIf(!hasPython("compose.config"))(
  "projects as docker-compose itself reads them (skipped without it)",
  () => {
    const read = (folders: readonly string[]) => runPython<Read[]>(reader, folders)

    test("hold the token where a scan reports it, and take what is put there", async () => {
      const trees = fc.sample(projects, { numRuns: homes * each, seed: 17 })
      const all = await Promise.all(
        Array.from({ length: homes }, async (_, at) => {
          const home = folder()
          const own = trees.slice(at * each, (at + 1) * each).map((tree, number) => {
            const path = join(home, `p${number}`)
            lay(path, tree)
            return { path, tree }
          })
          const { copies, unseen } = await survey({ host: "local", home })
          expect(unseen).toEqual([])
          return own.map(({ path, tree }) => ({
            ...{ path, tree },
            copies: copies.filter((copy) => copy.path.startsWith(`${path}/`)),
          }))
        }),
      ).then((found) => found.flat())
      const before = read(all.map(({ path }) => path))
      const seen = { given: 0, none: 0, refused: 0, put: 0, kept: 0 }
      const missed: unknown[] = []
      const edited = all.map(({ path, tree, copies }, at) => {
        const { value, refused } = before[at] ?? {}
        if (refused !== undefined) seen.refused++
        else if (!value) seen.none++
        if (!value) return undefined
        seen.given++
        const holders = copies.filter(({ held }) => held.kind === "value" && held.value.equals(value))
        if (holders.length === 0) missed.push({ value, tree, copies: copies.map(told) })
        const token = `${strong()}$x`
        const done = holders.some((copy) => put(copy, token))
        return done ? { path, token, tree } : undefined
      })
      const after = read(all.map(({ path }) => path))
      for (const [at, made] of edited.entries()) {
        seen[made ? "put" : "kept"]++
        if (made && after[at]?.value !== made.token) missed.push({ ...made, after: after[at] })
      }
      expect(missed).toEqual([])
      expect(seen.given).toBeGreaterThan(80)
      expect(seen.put).toBeGreaterThan(50)
      expect(seen.given + seen.none + seen.refused).toBe(homes * each)
    })
  },
)

function told({ path, locator, held, format }: PlaceCopy): unknown[] {
  return [path, locator, format, held.kind === "value" ? held.value.reveal() : held.kind]
}

/** Puts it into the file, if there is a format for it. */
function put({ path, locator, format }: PlaceCopy, token: string): boolean {
  if (format === undefined) return false
  try {
    writeFileSync(path, formats[format].put(readFileSync(path), locator, token))
    return true
  } catch (error) {
    if (error instanceof PlaceError) return false
    throw error
  }
}
