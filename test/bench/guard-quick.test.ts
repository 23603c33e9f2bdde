import { spawn } from "node:child_process"
import { once } from "node:events"
import { resolve } from "node:path"
import { expect, test } from "vitest"
import { noProduct } from "../support/products/gateway.ts"
import { noHaproxy } from "../support/proxies/haproxy.ts"

const missing = noHaproxy ?? noProduct("openclaw")
const program = resolve(import.meta.dirname, "../../bench/guard.ts")

test.skipIf(missing)(
  `the bench of the guard, in its quick form: counts have to be right, and times are there${missing ? ` (${missing})` : ""}`,
  async () => {
    const child = spawn(process.execPath, [program, "--quick"], { stdio: ["ignore", "pipe", "pipe"] })
    let said = ""
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk))
    const [code] = await once(child, "close")
    expect(code, said).toBe(0)
    expect(JSON.parse(said.trim().split("\n").at(-1) ?? "")).toMatchObject({
      bad: { reached_gateway: 0, good_refused: 0 },
      revoke_s: { others_dropped: 0, back_in: 0 },
      cost: { connect_ratio: expect.any(Number) },
    })
  },
)
