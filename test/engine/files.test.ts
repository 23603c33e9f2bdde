import { spawnSync } from "node:child_process"
import { lstatSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs"
import { expect, onTestFinished, test } from "vitest"
import { describeEngine, stack } from "../support/engine/engine.ts"

const inCi = process.env.CI === "true"
const variable = (path: string) => ({ path: `~/${path}`, locator: "T" })
const drifted = "T=changeme\n"

describeEngine("links", () => {
  test("a symbolic link stays, also one to a file that is still to be made", async () => {
    const dev = await stack({ places: { linked: variable("linked.env"), dangling: variable("dangling.env") } })
    dev.write("dotfiles/env", "A=1\n")
    symlinkSync("dotfiles/env", dev.at("linked.env"))
    symlinkSync(dev.at("dotfiles/later.env"), dev.at("dangling.env"))
    await dev.deploy()
    const token = await dev.token()
    expect(dev.read("dotfiles/env")).toBe(`A=1\nT=${token}\n`)
    expect(dev.read("dotfiles/later.env")).toBe(`T=${token}\n`)
    dev.write("dotfiles/env", drifted)
    await dev.deploy()
    expect(dev.read("dotfiles/env")).toBe(`T=${token}\n`)
    expect(readlinkSync(dev.at("linked.env"))).toBe("dotfiles/env")
    expect(lstatSync(dev.at("dangling.env")).isSymbolicLink()).toBe(true)
  })
})

const noMount = process.getuid?.() === 0 ? undefined : "only root can mount a small disk"

describeEngine(`a full disk${noMount && !inCi ? ` (skipped: ${noMount})` : ""}`, () => {
  test.skipIf(noMount && !inCi)(
    "fails that place with its name and keeps its file; room made, the next up heals it",
    async () => {
      const dev = await stack({ places: { small: variable("small/.env"), roomy: variable("roomy.env") } })
      mkdirSync(dev.at("small"))
      const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", dev.at("small")])
      expect(mounted.status, String(mounted.stderr)).toBe(0)
      onTestFinished(() => void spawnSync("umount", [dev.at("small")]))
      expect((await dev.up("--skip-preview")).code).toBe(0)
      for (const name of ["small/.env", "roomy.env"]) dev.write(name, drifted)
      fill(dev.at("small/filler"))
      const up = await dev.up()
      expect(up.code).not.toBe(0)
      expect(up.output).toMatch(/~\/small\/\.env: the disk is full; see: df -h \S+\/small\. Nothing was changed/)
      expect(up.steps).toEqual(["update roomy"])
      expect(dev.read("small/.env")).toBe(drifted)
      expect(dev.files().filter((name) => name.includes("gatekey-"))).toEqual([])
      dev.remove("small/filler")
      await dev.deploy()
      expect(dev.read("small/.env")).toBe(`T=${await dev.token()}\n`)
    },
  )
})

function fill(path: string): void {
  for (let size = 0; ; size += 4096) {
    try {
      writeFileSync(path, Buffer.alloc(4096), { flag: "a" })
    } catch {
      return
    }
    if (size > 1_048_576) throw new Error("the disk is not small")
  }
}
