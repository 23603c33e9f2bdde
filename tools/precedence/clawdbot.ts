import { registerHooks } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { answerAll } from "./program.ts"
import type { Answer, Site } from "./site.ts"

// A program: clawdbot's own code reports which credential each of its processes would use. Its client is exchanged for
// one that only records what it is made with.

const dist = join(import.meta.dirname, "../../.tools/products/clawdbot/node_modules/clawdbot/dist")

registerHooks({
  load(url, context, next) {
    if (!url.endsWith("/clawdbot/dist/gateway/client.js")) return next(url, context)
    const source = `export class GatewayClient { constructor(options) { globalThis.made(options) } start() {} stop() {} }`
    return { format: "module", source, shortCircuit: true }
  },
})

// biome-ignore lint/suspicious/noExplicitAny: the package has no types of these
const own = (file: string): Promise<any> => import(pathToFileURL(join(dist, file)).href)
const { loadDotEnv } = await own("infra/dotenv.js")
const { loadConfig } = await own("config/io.js")
const { resolveGatewayRuntimeConfig } = await own("gateway/server-runtime-config.js")
const { assertGatewayAuthConfigured, resolveGatewayAuth } = await own("gateway/auth.js")
const { runNodeHost } = await own("node-host/runner.js")
const { callGateway } = await own("gateway/call.js")

async function gateway({ flags: { token, password } }: Site): Promise<Answer> {
  const cfg = loadConfig()
  if (token) process.env.CLAWDBOT_GATEWAY_TOKEN = token
  if (cfg.gateway?.mode !== "local") return { refuses: "gateway.mode is not local" }
  const given = { ...(token ? { token } : {}), ...(password ? { password } : {}) }
  // `clawdbot gateway run` checks what it has before it starts its server with the flags alone.
  assertGatewayAuthConfigured(resolveGatewayAuth({ authConfig: { ...cfg.gateway.auth, ...given } }))
  const auth = token || password ? { mode: undefined, token, password } : undefined
  const { resolvedAuth } = await resolveGatewayRuntimeConfig({ cfg: loadConfig(), port: 18789, bind: "loopback", auth })
  const { mode } = resolvedAuth
  return { mode, ...(mode === "none" ? {} : { [mode]: resolvedAuth[mode] }) }
}

/** Returns what a client was created with. */
function made(run: () => Promise<unknown>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    Object.assign(globalThis, { made: ({ token, password }: Answer) => resolve({ token, password }) })
    run().catch(reject)
  })
}

const node = () => made(() => runNodeHost({ gatewayHost: "127.0.0.1", gatewayPort: 18789 }))
const client = ({ flags }: Site) => made(() => callGateway({ method: "health", ...flags }))

await answerAll({ gateway, node, client }, () => loadDotEnv({ quiet: true }))
