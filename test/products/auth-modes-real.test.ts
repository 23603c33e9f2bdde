import { execFile } from "node:child_process"
import { rmSync } from "node:fs"
import { expect, test } from "vitest"
import { commandOf, environmentOf, homeOf, noProduct } from "../support/products/gateway.ts"
import { freePort } from "../support/products/listener.ts"
import { strong } from "../support/tokens.ts"

/** Runs a real openclaw until it exits. */
async function refusal(auth: object, more: object = {}): Promise<string> {
  const gateway = {
    mode: "local",
    port: await freePort(),
    bind: "loopback",
    controlUi: { enabled: false },
    auth,
    ...more,
  }
  const home = homeOf("openclaw", { gateway })
  const [program = "", ...words] = commandOf("openclaw", "gateway", "run")
  const options = { cwd: home, env: environmentOf("openclaw", home), timeout: 240_000, killSignal: "SIGKILL" } as const
  try {
    return await new Promise((done) =>
      execFile(program, words, options, (error, stdout, stderr) =>
        done(`exit ${error?.code ?? 0}\n${stdout}${stderr}`),
      ),
    )
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}

const proxy = { mode: "trusted-proxy", trustedProxy: { userHeader: "x-forwarded-user", allowLoopback: true } }

test.concurrent.for([
  [
    "a token beside a password, without a mode",
    { token: strong(), password: strong() },
    {},
    "gateway.auth.mode is unset",
  ],
  [
    "a token beside trusted-proxy",
    { ...proxy, token: strong() },
    { trustedProxies: ["127.0.0.1"] },
    "mutually exclusive",
  ],
] as const)(
  "openclaw refuses to start with %s [real]",
  { timeout: 600_000, skip: noProduct("openclaw") !== undefined },
  async ([, auth, more, words]) => {
    const said = await refusal(auth, more)
    expect(said).toMatch(/^exit 1\n/)
    expect(said).toContain(words)
  },
)
