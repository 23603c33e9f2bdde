import { appendFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { missingLine, summaryOf } from "../../tools/docs/blocks.ts"
import { allBlocks } from "../../tools/docs/pages.ts"
import { type Scene, startScene } from "../support/docs/scene.ts"
import { commandOf, type Step, storyOf } from "../support/docs/story.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { noSshHosts } from "../support/hosts/ssh-farm.ts"
import { noProduct } from "../support/products/gateway.ts"

const blocks = allBlocks()
const obstacle = noSshHosts ?? noProduct("openclaw")
const missing = obstacle ? ` (${obstacle})` : ""

describeEngine("the docs", () => {
  describe.skipIf(missing)(`run against a sandbox fleet${missing}`, () => {
    let scene: Scene
    beforeAll(async () => {
      scene = await startScene()
    })
    afterAll(async () => {
      await scene?.end()
      process.stdout.write(`${summaryOf(blocks)}\n`)
    })

    const own = blocks.filter(({ mark }) => mark === undefined)
    const story = storyOf(own).map((step) => [`${step.block.page}:${step.block.line}`, step] as const)
    test.each(story)("%s", async (_, step) => {
      await step.before?.(scene)
      try {
        await tryStep(scene, step)
      } finally {
        await step.after?.(scene)
      }
    })
  })
})

/** Gives the scene's gateway the name, address and port of the pages'. */
function named(output: string, { gateway }: Scene): string {
  return output
    .replaceAll(String(gateway.port), "18789")
    .replaceAll("127.0.0.1 → 127.0.0.1", "studio.local → 10.115.34.1")
}

/** Runs a block of commands, or the command of a block of output, whose lines must then be printed. */
async function tryStep(scene: Scene, { block, allowed, edit }: Step): Promise<void> {
  const command = commandOf(block)
  const { output, failed } = await scene.run(edit?.(command, scene) ?? command)
  const file = process.env.DOCS_PRINT
  if (file) appendFileSync(file, `### ${block.page}:${block.line}\n${output}\n`)
  expect(
    failed.filter((each) => !allowed.test(each)),
    output,
  ).toEqual([])
  if (block.kind === "output") expect(missingLine(block.text, named(output, scene)), output).toBeUndefined()
}
