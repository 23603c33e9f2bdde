import { once } from "node:events"
import { createServer } from "node:net"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { hostOf } from "../../../hosts/index.ts"
import { parseApplied } from "../../../probes/proxies/parse.ts"
import { applyScript } from "../../../probes/proxies/script.ts"
import { folder } from "../../support/hosts/machine.ts"

const [wanted, other] = ["a", "b"].map((digit) => digit.repeat(64)) as [string, string]

/** A proxy's master whose worker runs with a stamp, and with another one after a reload. */
async function master(stamps: { before: string; after: string }): Promise<{ at: string; asked: string[] }> {
  const at = folder()
  const asked: string[] = []
  let stamp = stamps.before
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let text = ""
    socket.on("data", (data) => {
      text += data
    })
    socket.on("end", () => {
      asked.push(text.trim())
      if (text.includes("reload")) stamp = stamps.after
      if (text.includes("show proc"))
        socket.end("#<PID> <type>\n7 master\n# workers\n8 worker\n# old workers\n# programs\n")
      else socket.end(text.includes("get var") ? `proc.gatekey: type=str value=<${stamp}>\n` : "\n")
    })
  }).listen(join(at, "master.sock"))
  onTestFinished(() => void server.close())
  await once(server, "listening")
  return { at, asked }
}

async function apply(at: string) {
  const { script, args } = applyScript(at, wanted, [])
  const { stdout } = await hostOf("local").run(script, { args, timeout: 300_000 })
  return parseApplied(stdout)
}

test("a proxy that runs with the configuration is not loaded again", async () => {
  const { at, asked } = await master({ before: wanted, after: wanted })
  expect(await apply(at)).toEqual({ closed: 0 })
  expect(asked).not.toContain("reload")
})

test("a proxy is loaded again, once", async () => {
  const { at, asked } = await master({ before: other, after: wanted })
  expect(await apply(at)).toEqual({ closed: 0 })
  expect(asked.filter((each) => each === "reload")).toEqual(["reload"])
})

test("a proxy that keeps its old configuration after a reload is not called up to date", async () => {
  const { at } = await master({ before: other, after: other })
  expect(await apply(at)).toEqual({ refusal: "not-loaded" })
})
