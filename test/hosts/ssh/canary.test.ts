import { spawn } from "node:child_process"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { expect, onTestFinished, test } from "vitest"
import { hostOf } from "../../../hosts/index.ts"
import { findControlFolder } from "../../../hosts/ssh/control.ts"
import { canaryForms } from "../../support/canary/forms.ts"
import { withFarm } from "../../support/hosts/on-each-host.ts"
import { strong } from "../../support/tokens.ts"

const host = withFarm(1)

test("written content is in no arguments, environment or log on either side", async () => {
  // All processes of this machine: those of the host run on it as well, and ssh's shared connection is nobody's child.
  const sampler = spawn(process.execPath, [join(import.meta.dirname, "../../support/canary/sampler.ts"), "1"], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  onTestFinished(() => void sampler.kill())
  const sampled: Buffer[] = []
  sampler.stdout.on("data", (lines) => sampled.push(lines))
  await expect.poll(() => sampled.length, { timeout: 20_000 }).toBeGreaterThan(0)

  const token = strong()
  const there = hostOf(`ssh://${host(1).name}`)
  for (let edit = 0; edit < 8; edit++) {
    const bytes = Buffer.from(`TOKEN=${token}\n${"#\n".repeat(edit * 100_000)}`)
    await there.edit("~/x", () => ({ bytes }))
    await there.readSnapshot("~/x")
  }
  await there.edit("~/x", (look) => (look.kind === "file" ? { bytes: look.bytes, mode: 0o640 } : undefined))
  await there.run("cat >/dev/null; sleep 0.2", { input: Buffer.from(token) })
  await there.edit("~/x", () => ({ remove: true }))
  await sleep(100)

  const seen = Buffer.concat(sampled)
  // It did look, on both sides.
  expect(seen.includes("StrictHostKeyChecking=yes")).toBe(true)
  expect(seen.includes("IFS= read -r line")).toBe(true)
  const log = Buffer.from(host(1).log())
  const control = (await findControlFolder()).slice("/tmp/".length)
  const names = Buffer.from([...readdirSync(join("/tmp", control)), ...readdirSync(host(1).home)].join("\n"))
  for (const [form, bytes] of canaryForms(token)) {
    for (const [where, text] of Object.entries({ "the processes": seen, "sshd's log": log, "names of files": names }))
      expect(text.includes(bytes), `${form} in ${where}`).toBe(false)
  }
})
