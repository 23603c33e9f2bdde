import { request } from "node:http"
import type { Guarded } from "../../test/support/proxies/guarded.ts"
import type { Tried } from "./row.ts"

type PastTheGuard = Pick<Tried, "what" | "said" | "isRefused">

const call = { method: "POST", path: "/tools/invoke" } as const

/** A node's certificate at a guard without the rule that holds nodes off HTTP: the gateway itself refuses. */
export async function throughWithoutRule(guard: Guarded): Promise<PastTheGuard> {
  const { status, body = "" } = await guard.try({ as: "tw", upgrade: false, ...call })
  const what = "a node's certificate, to call a tool, by a guard without its rule"
  // 403 of the gateway, and not of the guard.
  return { what, said: `${status} ${body.slice(0, 200)}`, isRefused: status === 403 && !body.startsWith("guard:") }
}

/** Claims on the gateway's own loopback port, by a process that is not its guard. */
export async function directRows(port: number, header: string): Promise<PastTheGuard[]> {
  const forwarded = { "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https" }
  const rows: [what: string, headers: Record<string, string>][] = [
    ["no header", {}],
    ["the header of other proxies", { ...forwarded, "x-forwarded-user": "client:laptop" }],
    ["a header that is guessed", { ...forwarded, [`x-gk-${"0".repeat(32)}`]: "client:laptop" }],
    ["the right header, not forwarded", { [header]: "client:laptop" }],
    [
      "the right header, from the loopback",
      { ...forwarded, "x-forwarded-for": "127.0.0.1", [header]: "client:laptop" },
    ],
    ["the right header, of somebody unknown", { ...forwarded, [header]: "client:mallory" }],
  ]
  const tried: PastTheGuard[] = []
  for (const [what, headers] of rows) {
    const said = await statusOf(port, headers)
    tried.push({
      what: `at the gateway's own port: ${what}`,
      said: String(said),
      isRefused: said === 401 || said === 403,
    })
  }
  return tried
}

function statusOf(port: number, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: "127.0.0.1",
      port,
      ...call,
      headers: { "content-type": "application/json", ...headers },
    })
    sent.on("response", (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on("error", reject)
    sent.end("{}")
  })
}
