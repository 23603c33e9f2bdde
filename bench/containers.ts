import { startDockerEngine } from "../test/support/hosts/docker-engine.ts"
import { busyboxRoot } from "../test/support/hosts/ssh-machine.ts"
import { devStack } from "./dev-stack.ts"
import { atEnd } from "./ending.ts"
import { median, rounded } from "./figures.ts"
import { benchFolder, pulumi } from "./project.ts"

const runs = 5
const image = "gatekey/busybox:1"

/** Seconds of a preview of the dev stack, medians. */
interface ContainerFigures {
  readonly containers: number
  readonly with_s: number | null
  readonly without_s: number | null
  readonly added_s: number | null
  readonly ratio: number | null
}

/** Measures previews of a host with so many containers and of one with none, in turn, on two real Docker engines. */
export async function benchContainers(containers: number): Promise<ContainerFigures> {
  const [full, empty] = [await startDockerEngine(), await startDockerEngine()]
  atEnd(() => Promise.all([full.stop(), empty.stop()]).then(() => {}))
  full.image(image, busyboxRoot, ["ENV PATH=/bin"])
  for (let made = 1; made <= containers; made++)
    full.docker("run", "-d", "--stop-timeout=0", "--env=GREETING=hello", image, "sleep", "100000")

  const stack = await devStack(benchFolder())
  await pulumi(stack, ["up", "--yes", "--skip-preview"])
  const on = (engine: typeof full) => ({ ...stack, environment: { ...stack.environment, ...engine.env } })
  const timed = async (engine: typeof full) => (await pulumi(on(engine), ["preview", "--expect-no-changes"])).seconds
  const times = { with: [] as number[], without: [] as number[] }
  for (const engine of [full, empty]) await timed(engine)
  for (let run = 1; run <= runs; run++) {
    times.with.push(await timed(full))
    times.without.push(await timed(empty))
    console.log(`run ${run}: with ${rounded(times.with.at(-1))} s, without ${rounded(times.without.at(-1))} s`)
  }
  const [loaded, bare] = [median(times.with), median(times.without)]
  return {
    containers,
    with_s: rounded(loaded),
    without_s: rounded(bare),
    added_s: rounded(loaded - bare),
    ratio: rounded(loaded / bare),
  }
}
