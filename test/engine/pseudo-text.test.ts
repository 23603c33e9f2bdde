import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { root } from "../support/engine/program.ts"
import { folder } from "../support/hosts/machine.ts"
import { noProduct } from "../support/products/gateway.ts"
import { pseudoTree } from "../support/pseudo/tree.ts"

const missing = noProduct("openclaw")

/** What machines read of a fleet's life, by the sources of a folder. */
async function lifeBy(tree: string): Promise<unknown> {
  const program = join(tree, "test/support/pseudo/scenario.ts")
  const { stdout } = await promisify(execFile)(process.execPath, [program], { cwd: tree, maxBuffer: 2 ** 28 })
  return JSON.parse(stdout)
}

describeEngine("with every message in other letters", () => {
  test.skipIf(missing)(
    `plans, exit codes, impact, reports, history and policies are the same [${missing ?? "real openclaw"}]`,
    async () => {
      const [plain, pseudo] = [await lifeBy(root), await lifeBy(pseudoTree(folder()))]
      expect(pseudo).toEqual(plain)
      const restarts = new Set(JSON.stringify(plain).match(/(?<="restart":")\w+/g))
      expect(restarts, "the kinds of impact that the fleet shows").toEqual(new Set(["none", "once", "reconnect"]))
    },
  )
})
