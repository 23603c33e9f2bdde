import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import type { Edit, FileSnapshot } from "../../../hosts/host.ts"
import { hostOf } from "../../../hosts/index.ts"
import { withFarm } from "../../support/hosts/on-each-host.ts"

const textOf = (look: FileSnapshot) => (look.kind === "file" ? Buffer.from(look.bytes).toString() : "")
const more = (look: FileSnapshot): Edit => ({ bytes: Buffer.from(`${textOf(look)} and ours`) })

describe("an edit of a file that this run has read", () => {
  const host = withFarm(1)
  const sessions = () =>
    host(1)
      .log()
      .match(/Starting session/g)?.length ?? 0

  async function surveyed(name: string) {
    const path = join(host(1).home, name)
    writeFileSync(path, "before")
    const there = hostOf(`ssh://${host(1).name}`)
    await there.readFirstSnapshot(`~/${name}`)
    return { there, path, name: `~/${name}` }
  }

  test("needs one session", async () => {
    const { there, path, name } = await surveyed("once")
    const begun = sessions()
    await there.edit(name, more)
    expect(readFileSync(path, "utf8")).toBe("before and ours")
    expect(sessions() - begun).toBe(1)
  })

  test("keeps later changes of others", async () => {
    const { there, path, name } = await surveyed("changed")
    writeFileSync(path, "another's work")
    await there.edit(name, more)
    expect(readFileSync(path, "utf8")).toBe("another's work and ours")
  })

  test("reads again before it reports that there is nothing to change", async () => {
    const { there, path, name } = await surveyed("drifted")
    writeFileSync(path, "drifted")
    await there.edit(name, (look) => (textOf(look) === "before" ? undefined : { bytes: Buffer.from("before") }))
    expect(readFileSync(path, "utf8")).toBe("before")
  })

  test("starts from its own last edit", async () => {
    const { there, path, name } = await surveyed("twice")
    await there.edit(name, more)
    await there.edit(name, more)
    expect(readFileSync(path, "utf8")).toBe("before and ours and ours")
  })
})
