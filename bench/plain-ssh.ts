import pLimit from "p-limit"
import { run } from "./command.ts"
import { places } from "./fleet/places.ts"

/** The options that ours sets as well, as far as they matter for a single command. */
const options = ["BatchMode=yes", "StrictHostKeyChecking=yes", "ForwardAgent=no", "ClearAllForwardings=yes"]

/** Runs `ssh HOST cat` of a node's files on all hosts, `parallel` at a time. @returns seconds */
export async function plainSsh(config: string, hosts: readonly string[], parallel: number): Promise<number> {
  const command = ["ssh", "-F", config, ...options.flatMap((option) => ["-o", option])]
  const files = places.map(({ path }) => path)
  const limit = pLimit(parallel)
  const start = process.hrtime.bigint()
  const all = await Promise.all(hosts.map((host) => limit(() => run([...command, host, "cat", ...files]))))
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  if (all.some(({ stdout }) => !stdout.includes("OPENCLAW_GATEWAY_TOKEN"))) throw new Error("a file was not read")
  return seconds
}
