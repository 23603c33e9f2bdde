import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { describeEngine } from "../support/engine.ts"
import { path } from "../support/engine-machine.ts"
import { folder } from "../support/machine.ts"
import { launcher } from "../support/plugin.ts"

const pulumi = (...args: string[]) => {
  const env = { ...process.env, PATH: path, PULUMI_HOME: folder(), PULUMI_SKIP_UPDATE_CHECK: "1" }
  const { status, stdout, stderr } = spawnSync("pulumi", args, { env, encoding: "utf8" })
  return { status, stdout, stderr }
}

describeEngine("the package schema", () => {
  test("is accepted without a warning", () => {
    const { stdout } = pulumi("package", "get-schema", launcher)
    const file = join(folder(), "schema.json")
    writeFileSync(file, stdout)
    expect(pulumi("schema", "check", file)).toEqual({ status: 0, stdout: "", stderr: "" })
  })

  // A language host generates; not every installation has them all.
  test.for(["python", "go", "nodejs"])("makes an SDK for %s", (language, { skip }) => {
    const { status, stdout, stderr } = pulumi("package", "gen-sdk", launcher, "--language", language, "--out", folder())
    skip(/no language plugin|not implemented/.test(stderr), `no generator for ${language} here`)
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" })
  })
})
