import { parseArgs } from "node:util"
import { benchContainers } from "./containers.ts"
import { devStack } from "./dev-stack.ts"
import { bench } from "./ending.ts"
import { median, rounded } from "./figures.ts"
import { benchFolder, floorOf, type Project, pulumi, shapesOf } from "./project.ts"
import { benchServices } from "./services.ts"

/**
 * `npm run -s bench:local`: a plain preview of the dev stack against the engine's floor: the same engine, a plain
 * program of as many resources in the same tree, of a provider that does nothing. Alternating runs; the last line is JSON.
 */
const runs = 5

await bench(async () => {
  const { values } = parseArgs({ options: { services: { type: "boolean" }, containers: { type: "string" } } })
  if (values.services) console.log(JSON.stringify(await benchServices()))
  else if (values.containers !== undefined)
    console.log(JSON.stringify(await benchContainers(Number(values.containers))))
  else await benchPreview()
})

async function benchPreview(): Promise<void> {
  const folder = benchFolder()
  const ours = await devStack(folder)
  await pulumi(ours, ["up", "--yes", "--skip-preview"])
  const floor = await floorOf(ours, folder)
  await pulumi(floor, ["up", "--yes", "--skip-preview"])
  for (const project of [ours, floor]) await timed(project)

  const times = { ours: [] as number[], floor: [] as number[] }
  for (let run = 1; run <= runs; run++) {
    times.ours.push(await timed(ours))
    times.floor.push(await timed(floor))
    console.log(`run ${run}: ours ${rounded(times.ours.at(-1))} s, floor ${rounded(times.floor.at(-1))} s`)
  }
  console.log(
    JSON.stringify({
      resources: (await shapesOf(ours)).length,
      ours_s: rounded(median(times.ours)),
      floor_s: rounded(median(times.floor)),
      ratio_to_floor: rounded(median(times.ours) / median(times.floor)),
    }),
  )
}

async function timed(project: Project): Promise<number> {
  return (await pulumi(project, ["preview", "--expect-no-changes"])).seconds
}
