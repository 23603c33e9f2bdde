import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"
import { mayImport } from "../../tools/rooms.ts"
import { mutants } from "./catalogue/index.ts"
import { root } from "./copy.ts"
import { missingTests } from "./hunt.ts"
import { applyMutant, topFolder } from "./mutant.ts"

const run = (only: string) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, "main.ts"), "--only", only])

describe("the planted defects", () => {
  test.each(mutants)("$id still applies to $file, and its tests exist", (mutant) => {
    const text = readFileSync(join(root, mutant.file), "utf8")
    expect(applyMutant(mutant, text)).not.toBe(text)
    expect(missingTests(root, mutant)).toEqual([])
  })

  test("are at least 40, in every folder of the product", () => {
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length)
    expect(mutants.length).toBeGreaterThanOrEqual(40)
    const folders = Object.keys(mayImport).map((folder) => folder.split("/")[0])
    expect(new Set(mutants.map(topFolder))).toEqual(new Set(folders))
    const probes = Object.keys(mayImport).filter((folder) => folder.startsWith("probes/"))
    expect(probes.filter((folder) => !mutants.some(({ file }) => file.startsWith(`${folder}/`)))).toEqual([])
  })

  test("fail loudly if their text is gone, or there twice", () => {
    const mutant = { id: "x", file: "a.ts", what: "", find: "one", replace: "two" }
    expect(() => applyMutant(mutant, "nothing")).toThrow("mutant x: found its text 0 times in a.ts, expected once")
    expect(() => applyMutant(mutant, "one one")).toThrow("found its text 2 times")
  })

  test("are caught by the ordinary tests, which the runner names", async () => {
    const { stdout } = await run("secret-as-json,minimum-length,dotenv-first-counts")
    expect(stdout).toContain("caught   secret-as-json (core/secret.ts) by test/core/secret.test.ts > ")
    const counts = { mutants: 3, folders: 2, caught: 3, survived: 0, failures: 0 }
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject(counts)
  })

  test("an unknown one is an error", async () => {
    await expect(run("nonexistent")).rejects.toThrow("no mutant nonexistent")
  })
})
