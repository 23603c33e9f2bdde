import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { beforeEach, describe, expect, onTestFinished, test } from "vitest"
import { noRoot } from "../support/hosts/machine.ts"
import { onEachHost, type Reached } from "../support/hosts/on-each-host.ts"

const attacker = resolve(import.meta.dirname, "attacker.py")
const noRace = noRoot ?? (process.platform === "linux" ? undefined : "inotify needs Linux")
const neighbour = 54_321
const lanes = 5
const hows = ["aside", "any", "way"] as const
type How = (typeof hows)[number]
const tries = Math.ceil(Number(process.env.E2E_TRIES ?? 60) / hows.length)

/** Reads the state of a folder of root's, which must not change. */
function everything(top: string): string[] {
  const names = [".", ...readdirSync(top, { recursive: true, encoding: "utf8" }).sort()]
  return names.map((name) => {
    const path = join(top, name)
    const { mode, uid, gid, nlink, size, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true })
    const held = (mode & 0o170000n) === 0o100000n ? readFileSync(path, "utf8") : ""
    return [name, mode, uid, gid, nlink, size, mtimeNs, ctimeNs, held].join(" ")
  })
}

/** Creates a folder of another user with a file in it, one of root's beside it, and a process that exchanges names. */
async function neighbours(reached: Reached, how: How) {
  const top = reached.folder()
  const rootOwn = mkdtempSync(join(top, "root-"))
  writeFileSync(join(rootOwn, "shadow"), "root:secret\n", { mode: 0o600 })
  mkdirSync(join(rootOwn, "cron.d"))
  if (how === "way") writeFileSync(join(rootOwn, "cron.d/x"), "root:secret\n", { mode: 0o600 })
  const owned = join(top, "home")
  for (const path of [owned, join(owned, "data")]) mkdirSync(path)
  for (const path of [top, owned, join(owned, "data")]) chmodTo(path)
  for (const path of [owned, join(owned, "data")]) chownSync(path, neighbour, neighbour)
  const words = [String(neighbour), join(owned, "data"), "x", how]
  const targets = ["shadow", "cron.d"].map((name) => reached.there(join(rootOwn, name)))
  const child = spawn("python3", [attacker, ...words, ...targets], { stdio: ["ignore", "pipe", "inherit"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  await once(child.stdout, "data")
  return { rootOwn, data: join(owned, "data"), ended: () => child.exitCode !== null }
}

function chmodTo(path: string): void {
  execFileSync("chmod", ["755", path])
}

onEachHost((reached) => {
  describe("in a folder whose owner exchanges names while root edits there", () => {
    beforeEach(({ skip }) => skip(noRace !== undefined, noRace))

    test.each(hows)(
      "nothing else is written, and each edit is done right or refused: %s",
      {
        timeout: 60_000 + tries * 2_000,
      },
      async (how) => {
        const counts = { done: 0, refused: 0 }
        const reasons = new Map<string, number>()
        const lane = async (number: number) => {
          const { rootOwn, data, ended } = await neighbours(reached, how)
          const before = everything(rootOwn)
          for (let at = number; at < tries; at += lanes) {
            const text = `try ${at}\n`
            let held = ""
            // A link that stays is refused at once, and nothing is tried.
            if (how === "any") rmSync(join(data, "x"), { force: true, recursive: true })
            const said = await reached.host
              .edit(reached.there(join(data, "x")), (look) => {
                held = look.kind === "file" ? Buffer.from(look.bytes).toString() : ""
                return { bytes: Buffer.from(text + held.slice(0, 100)) }
              })
              .then(
                () => "done",
                (error: Error) => `${error.name}: ${error.message}`,
              )
            // Not in there: what is thrown there is a refusal.
            expect(held).not.toContain("secret")
            counts[said === "done" ? "done" : "refused"]++
            if (said !== "done") {
              expect(said).toMatch(/^UserError: /)
              const reason = said.replaceAll(/\/\S+|[0-9a-f]{12}|\d+/g, "…")
              reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
            }
            expect(ended()).toBe(false)
            expect(everything(rootOwn)).toEqual(before)
            if (how === "aside" && said === "done") {
              expect(lstatSync(join(data, "x")).isFile()).toBe(true)
              expect(readFileSync(join(data, "x"), "utf8").startsWith(text)).toBe(true)
            }
          }
        }
        await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)))
        if (process.env.E2E_TRIES) console.log(how, counts, reasons)
        expect(counts.done + counts.refused).toBe(tries)
        expect(counts.done).toBeGreaterThan(0)
      },
    )
  })
})
