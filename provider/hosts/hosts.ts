import { checkPlaceHost } from "../../core/host.ts"
import { hostOf } from "../../hosts/index.ts"
import type { Log } from "../resource.ts"

/** Reports the host names that are not valid. */
export function hostProblems(hosts: readonly string[]): string[] {
  return hosts.map(checkPlaceHost).filter((problem) => problem !== undefined)
}

const statusMilliseconds = 2000

/** Asks all hosts in parallel, and reports the hosts that it still waits for. */
export async function askAll<T>(hosts: readonly string[], ask: (host: string) => Promise<T>, log: Log): Promise<T[]> {
  const missing = new Set(hosts)
  let last = ""
  const timer = setInterval(() => {
    const names = [...missing].slice(0, 3).join(", ")
    const more = missing.size > 3 ? ` and ${missing.size - 3} more` : ""
    const status = `${hosts.length - missing.size} of ${hosts.length} hosts seen, waiting for ${names}${more}`
    if (status !== last) log("status", status)
    last = status
  }, statusMilliseconds)
  try {
    return await Promise.all(
      hosts.map(async (host) => {
        const answer = await ask(host)
        missing.delete(host)
        return answer
      }),
    )
  } finally {
    clearInterval(timer)
  }
}

/** Checks which hosts can be reached. @returns a description, and the hosts that cannot */
export async function reachHosts(hosts: readonly string[], log: Log): Promise<{ message: string; missing: string[] }> {
  const answers = await askAll(hosts, async (host) => ({ host, reason: await hostOf(host).findOutage() }), log)
  const missing = answers.filter(({ reason }) => reason !== undefined)
  const list = missing.map(({ host, reason }) => `${host} (${reason})`).join(", ")
  const message = `${hosts.length - missing.length} of ${hosts.length} hosts; not ${list}`
  return { message: missing.length === 0 ? everyHost : message, missing: missing.map(({ host }) => host) }
}

export const everyHost = "every host"
