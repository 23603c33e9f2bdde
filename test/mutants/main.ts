// Plants each defect of the catalogue in a copy of the tree, and reports which of the ordinary tests catches it.
// `-- --only ID,…` some of them. The last line is JSON.
import { existsSync } from "node:fs"
import { parseArgs } from "node:util"
import { mutants } from "./catalogue/index.ts"
import { copyTree, removeTree, root } from "./copy.ts"
import { failingAnyway, hunt, missingTests } from "./hunt.ts"
import { topFolder } from "./mutant.ts"
import { endTests, type FailedTest } from "./run-tests.ts"

const { values } = parseArgs({ options: { only: { type: "string" } } })
const only = values.only?.split(",")
const chosen = mutants.filter(({ id }) => only === undefined || only.includes(id))
const unknown = (only ?? []).filter((id) => !mutants.some((each) => each.id === id))
const misnamed = mutants.flatMap((each) => missingTests(root, each).map((path) => `${each.id}: no tests at ${path}`))
if (unknown.length > 0 || misnamed.length > 0)
  throw new Error([...unknown.map((id) => `no mutant ${id}`), ...misnamed].join("\n"))

const begun = Date.now()
const copy = copyTree()
const stop = () => {
  endTests()
  removeTree(copy)
  process.exit(2)
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop)
const caught: { id: string; by: FailedTest }[] = []
const survived: string[] = []
try {
  for (const mutant of chosen) {
    const start = Date.now()
    const outcome = await hunt(copy, mutant)
    const took = `${((Date.now() - start) / 1000).toFixed(1)} s`
    if (outcome.kind === "caught") {
      caught.push({ id: mutant.id, by: outcome.by })
      console.log(`caught   ${mutant.id} (${mutant.file}) by ${outcome.by.file} > ${outcome.by.name} (${took})`)
    } else {
      survived.push(mutant.id)
      const why =
        outcome.kind === "broken" ? `no test ran: ${outcome.files.join(", ")}` : `${outcome.passed} tests passed`
      console.log(`SURVIVED ${mutant.id} (${mutant.file}): ${mutant.what}; ${why} (${took})`)
    }
  }
  const failing = await failingAnyway(
    copy,
    caught.map(({ by }) => by),
  )
  for (const { file, name } of failing) console.log(`FAILS    without any defect: ${file} > ${name}`)
  const folders = new Set(chosen.map(topFolder))
  const seconds = Math.round((Date.now() - begun) / 1000)
  const counts = { mutants: chosen.length, folders: folders.size, caught: caught.length, survived: survived.length }
  console.log(JSON.stringify({ ...counts, failures: failing.length, seconds }))
  process.exitCode = survived.length + failing.length === 0 ? 0 : 1
} finally {
  if (existsSync(copy)) removeTree(copy)
}
