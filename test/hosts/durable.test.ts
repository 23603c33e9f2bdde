import { chmodSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import { describe, expect, test } from "vitest"
import { local } from "../../hosts/local.ts"
import { noStrace, type Syscall, trace } from "../support/faults/strace.ts"
import type { Job } from "../support/faults/write-process.ts"
import { folder } from "../support/hosts/machine.ts"

const program = resolve(import.meta.dirname, "../support/faults/write-process.ts")

async function callsOf(job: Job): Promise<readonly Syscall[]> {
  const { calls, stdout } = await trace([process.execPath, program, JSON.stringify(job)])
  expect(stdout).toBe("done\n")
  return calls.filter(({ failed }) => !failed)
}

/** Finds the index of the first call from `from` that matches. */
function indexOf(calls: readonly Syscall[], from: number, name: RegExp, text: RegExp): number {
  const at = calls.findIndex((call, index) => index >= from && name.test(call.name) && text.test(call.text))
  expect(at, `${name} ${text} after call ${from}`).toBeGreaterThanOrEqual(0)
  return at
}

const sync = /^(?:fsync|fdatasync|syncfs|sync)$/
const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

describe.each([
  ["this process", "node", 0o700],
  ["a host's sh", "sh", 0o700],
  ["a host's sh, in a folder that others can change,", "sh", 0o777],
] as const)("a write by %s", (_who, by, mode) => {
  test("is on the disk before the name is exchanged, and the name before it is done", async ({ skip }) => {
    skip(noStrace !== undefined, noStrace)
    const top = folder()
    writeFileSync(join(top, "x"), "old")
    chmodSync(top, mode)
    const calls = await callsOf({ path: join(top, "x"), by, text: "new content" })
    const aside = String.raw`[^"<>]*(?:\.x\.gatekey-[0-9a-f]{12}|[0-9a-f]{12}-new)`
    const created = indexOf(calls, 0, /^open/, new RegExp(`"${aside}", [A-Z_|]*O_CREAT[A-Z_|]*`))
    expect(calls[created]?.text).toContain("O_EXCL")
    if (by === "node") expect(calls[created]?.text).toContain("0600")
    const written = indexOf(calls, created, /^p?write/, new RegExp(`<${aside}>.*new content`))
    const synced = indexOf(calls, written, sync, new RegExp(`<${aside}>`))
    const renamed = indexOf(calls, synced, /^rename/, new RegExp(`${aside}".*"[^"]*/x"`))
    const all = calls.filter(({ name, text }) => /^rename/.test(name) && /\/x"/.test(text))
    expect(all).toHaveLength(1)
    indexOf(calls, renamed, sync, new RegExp(`<${quoted(top)}>`))
    expect(readFileSync(join(top, "x"), "utf8")).toBe("new content")
    expect(readdirSync(top)).toEqual(["x"])
  })

  test("that removes a file syncs its folder afterwards", async ({ skip }) => {
    skip(noStrace !== undefined, noStrace)
    const top = folder()
    writeFileSync(join(top, "x"), "old")
    chmodSync(top, mode)
    const calls = await callsOf({ path: join(top, "x"), by, text: null })
    const removed = indexOf(calls, 0, /^unlink/, /"[^"]*\/x"/)
    indexOf(calls, removed, sync, new RegExp(`<${quoted(top)}>`))
    expect(readdirSync(top)).toEqual([])
  })
})

describe("a change that keeps the size and the time of the file", () => {
  const then = new Date("2026-01-02T03:04:05Z")
  const lay = (path: string, text: string) => {
    writeFileSync(path, text)
    utimesSync(path, then, then)
  }

  test.each([0o700, 0o777])("is seen before the file is replaced, in a folder of mode %o", async (mode) => {
    const path = join(folder(), "x")
    lay(path, "old one")
    chmodSync(join(path, ".."), mode)
    const seen: string[] = []
    await local.edit(path, (look) => {
      const text = look.kind === "file" ? Buffer.from(look.bytes).toString() : look.kind
      seen.push(text)
      // The first call only asks whether a change is needed; in the second the file is about to be replaced.
      if (text === "old one" && seen.length === (mode === 0o700 ? 2 : 1)) lay(path, "other 1")
      return { bytes: Buffer.from(`${text}, and more`) }
    })
    expect(seen.at(-1)).toBe("other 1")
    expect(readFileSync(path, "utf8")).toBe("other 1, and more")
    expect(readdirSync(join(path, ".."))).toEqual([basename(path)])
  })
})
