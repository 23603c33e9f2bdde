import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { path } from "../support/engine/machine.ts"
import { launcher } from "../support/engine/plugin.ts"
import { folder } from "../support/hosts/machine.ts"

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
    const { name, resources } = JSON.parse(stdout)
    expect(name).toBe("gatekey")
    // What a program in any language gives its token to.
    expect(resources["gatekey:index:TokenSource"]).toMatchObject({
      requiredInputs: ["given"],
      inputProperties: { given: { type: "string", secret: true } },
      properties: { generation: { type: "integer" }, value: { type: "string", secret: true } },
    })
  })

  // A language host generates; not every installation has them all, and the engine says which it lacks.
  const languages = ["python", "go", "nodejs", "dotnet"]
  test.each(languages)("makes an SDK for %s where its generator is installed", (language) => {
    const { status, stdout, stderr } = pulumi("package", "gen-sdk", launcher, "--language", language, "--out", folder())
    const isMissing = /no language plugin|not implemented/.test(stderr)
    expect(isMissing ? { stdout } : { status, stdout, stderr }).toEqual(
      isMissing ? { stdout: "" } : { status: 0, stdout: "", stderr: "" },
    )
  })
})
