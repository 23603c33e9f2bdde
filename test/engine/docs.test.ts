import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { missingLine, summaryOf } from "../../tools/docs/blocks.ts"
import { allBlocks } from "../../tools/docs/pages.ts"
import { copyOfSources } from "../support/cli/packed.ts"
import { shellSession } from "../support/cli/shell-session.ts"
import { type Scene, startScene } from "../support/docs/scene.ts"
import { commandOf, type Step, storyOf } from "../support/docs/story.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { engineEnvironment } from "../support/engine/machine.ts"
import { root } from "../support/engine/program.ts"
import { noPostgres } from "../support/hosts/postgres.ts"
import { noSshHosts } from "../support/hosts/ssh-farm.ts"
import { noProduct } from "../support/products/gateway.ts"

const blocks = allBlocks()
const obstacle = noSshHosts ?? noPostgres ?? noProduct("openclaw")
const missing = obstacle ? ` (${obstacle})` : ""
/** By `make docs-test`, which takes its time. */
const whole = process.env.DOCS_WHOLE !== undefined

describeEngine("the docs", () => {
  describe.skipIf(missing)(`run against a sandbox fleet${missing}`, () => {
    let scene: Scene
    beforeAll(async () => {
      scene = await startScene()
    })
    afterAll(async () => {
      await scene?.end()
      process.stdout.write(`${summaryOf(blocks, whole)}\n`)
    })

    const own = blocks.filter(({ mark }) => mark === undefined)
    const story = storyOf(own).map((step) => [`${step.block.page}:${step.block.line}`, step] as const)
    test.each(story)("%s", async (_, step) => {
      await step.before?.(scene)
      let output = ""
      try {
        output = await tryStep(scene, step)
      } finally {
        await step.after?.(scene, output)
      }
    })

    const long = blocks.filter(({ mark }) => whole && mark?.kind === "run by make docs-test alone")
    for (const { page, line, text } of long) test(`${page}:${line}, in a clone`, () => inClone(text))
  })
})

/** Runs lines in a clone with what an earlier `make setup` installed, as a user without a gateway. */
async function inClone(lines: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-clone-"))
  const clone = copyOfSources(join(folder, "gatekey"))
  for (const each of [".tools", "../home", "../tmp"]) mkdirSync(join(clone, each))
  for (const each of ["bin", "node", "products"]) symlinkSync(join(root, ".tools", each), join(clone, ".tools", each))
  const env = { ...engineEnvironment, HOME: join(folder, "home"), TMPDIR: join(folder, "tmp") }
  const session = shellSession(clone, env)
  try {
    const commands = lines
      .trim()
      .replaceAll(/ +#.*$/gm, "")
      .split("\n")
    expect(await session.run(commands.join(" && "))).toContain("demo: every step did what it announces")
  } finally {
    await session.run("make demo-stop")
    session.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Gives the scene's gateway the name, address and port of the pages'. */
function named(output: string, { gateway }: Scene): string {
  return output
    .replaceAll(String(gateway.port), "18789")
    .replaceAll("127.0.0.1 → 127.0.0.1", "studio.local → 10.115.34.1")
}

/** Runs a block of commands, or the command of a block of output, whose lines must then be printed. @returns what was */
async function tryStep(scene: Scene, { block, allowed, edit }: Step): Promise<string> {
  const command = commandOf(block)
  const { output, failed } = await scene.run(edit?.(command, scene) ?? command)
  const file = process.env.DOCS_PRINT
  if (file) appendFileSync(file, `### ${block.page}:${block.line}\n${output}\n`)
  expect(
    failed.filter((each) => !allowed.test(each)),
    output,
  ).toEqual([])
  if (block.kind === "output") expect(missingLine(block.text, named(output, scene)), output).toBeUndefined()
  return output
}
