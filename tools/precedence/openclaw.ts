import { readdirSync, readFileSync } from "node:fs"
import { registerHooks } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { answerAll } from "./program.ts"
import type { Answer, Site } from "./site.ts"

// A program: openclaw's own code reports which credential each of its processes would use. Its way of calling follows
// `openclaw gateway run`, `openclaw node run` and `callGateway` of 2026.9.6; what it calls is the installed package.

const dist = join(import.meta.dirname, "../../.tools/products/openclaw/node_modules/openclaw/dist")
const files = readdirSync(dist).filter((file) => file.endsWith(".mjs"))

/** Functions that the package keeps to itself. */
const kept = ["resolveNodeHostGatewayCredentials", "readGatewayStartupConfigWithShellEnv"]
const homes = new Map<string, string>()

function homeOf(name: string): string {
  const file =
    homes.get(name) ?? files.find((each) => readFileSync(join(dist, each), "utf8").includes(`function ${name}(`))
  if (!file) throw new Error(`openclaw has no ${name}`)
  homes.set(name, file)
  return file
}

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    const names = kept.filter((name) => url.endsWith(`/${homes.get(name)}`))
    if (names.length === 0 || loaded.source === undefined) return loaded
    return { ...loaded, source: `${loaded.source.toString()}\nexport { ${names.join(", ")} }\n` }
  },
})

// biome-ignore lint/suspicious/noExplicitAny: the package has no types of these
async function own(name: string): Promise<any> {
  const file = homeOf(name)
  const source = readFileSync(join(dist, file), "utf8")
  const module = await import(pathToFileURL(join(dist, file)).href)
  const alias = new RegExp(`\\b${name} as (\\w+)`).exec(source.slice(source.lastIndexOf("\nexport {")))?.[1]
  return module[alias ?? name]
}

for (const name of kept) homeOf(name)
const loadDotEnv = await own("loadDotEnv")
const createConfigIO = await own("createConfigIO")
const readStartup = await own("readGatewayStartupConfigWithShellEnv")
const applyFinal = await own("applyFinalGatewayRunConfigEnv")
const prepareStartup = await own("prepareGatewayStartupConfig")
const assertConfigured = await own("assertGatewayAuthConfigured")
const ofNode = await own("resolveNodeHostGatewayCredentials")
const ofClient = await own("resolveGatewayClientBootstrap")

const quiet = { error() {}, warn() {}, info() {}, debug() {} }

async function gateway({ flags }: Site): Promise<Answer> {
  const trace = { measure: (_: string, run: () => unknown) => run() }
  const { lowerPrecedenceEnv, snapshot } = await readStartup({ startupTrace: trace })
  const refusals: string[] = []
  const runtime = { error: (line: string) => refusals.push(line), exit() {} }
  if (!(await applyFinal({ lowerPrecedenceEnv, runtime, snapshot }))) return { refuses: refusals.join(" ") }
  const { token, password } = flags
  if (token) process.env.OPENCLAW_GATEWAY_TOKEN = token
  const authOverride =
    token || password ? { ...(token ? { token } : {}), ...(password ? { password } : {}) } : undefined
  const { auth, generatedToken, cfg } = await prepareStartup({
    configSnapshot: snapshot,
    authOverride,
    activateRuntimeSecrets: async (config: unknown) => ({ config }),
  })
  assertConfigured(auth, cfg.gateway?.auth)
  const { mode } = auth
  const secret = mode === "token" ? (generatedToken ? { generated: true } : { token: auth.token }) : {}
  return { mode, ...secret, ...(mode === "password" ? { password: auth.password } : {}) }
}

async function config() {
  const { env } = process
  return createConfigIO({ env, homedir: () => env.HOME, logger: quiet }).loadConfig()
}

async function node(): Promise<Answer> {
  const { env } = process
  const to = { host: "127.0.0.1", port: 18789 }
  return ofNode({ config: await config(), env, gatewayCandidates: [to], deviceId: "none" })
}

async function client({ flags }: Site): Promise<Answer> {
  const { env } = process
  const { auth } = await ofClient({ config: await config(), env, explicitAuth: flags })
  return auth
}

await answerAll({ gateway, node, client }, () => loadDotEnv({ quiet: true }))
