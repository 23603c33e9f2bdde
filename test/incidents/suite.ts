import { noDockerEngine } from "../support/docker-engine.ts"
import { hasPulumi } from "../support/engine-machine.ts"
import { noProduct } from "../support/gateway.ts"
import { noLaunchd } from "../support/launchd.ts"
import { noSystemdHosts, startFarm } from "../support/ssh-farm.ts"
import { startClawdbot } from "./clawdbot.ts"
import type { Fleet } from "./fleet.ts"
import type { Incident, Ours } from "./incident.ts"
import { foldersSeen } from "./machine.ts"
import { startOpenclaw } from "./openclaw.ts"
import { type Result, run } from "./run.ts"

/** Why the suite cannot be run here; undefined where it can, and always where CI is set. */
export const missing: string | undefined =
  noSystemdHosts ??
  noDockerEngine ??
  noLaunchd ??
  noProduct("openclaw") ??
  noProduct("clawdbot") ??
  (hasPulumi || process.env.CI ? undefined : "no pulumi on PATH: run make setup")

export type Fleets = { readonly [name in Incident["fleet"]]: Fleet }

/** The hosts of both fleets, with all that is to be broken. */
export async function startSuite(): Promise<{ readonly fleets: Fleets; stop(): Promise<void> }> {
  const path = "PATH=/home/oc/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
  const farm = await startFarm(4, {
    systemd: true,
    folders: foldersSeen(),
    sshd: [`SetEnv ${path} LAUNCHD_DOUBLE=/home/oc/.launchd`],
  })
  const started = await Promise.allSettled([startOpenclaw(farm), startClawdbot(farm)])
  const stop = async () => {
    for (const each of started) if (each.status === "fulfilled") await each.value.stop()
    await farm.stop()
  }
  const [openclaw, clawdbot] = started
  if (openclaw.status === "fulfilled" && clawdbot.status === "fulfilled")
    return { fleets: { openclaw: openclaw.value, clawdbot: clawdbot.value }, stop }
  await stop()
  throw started.find((each) => each.status === "rejected")?.reason
}

/** Runs them all, each fleet's one after the other, the fleets side by side. @returns what came of each, by its id */
export function runAll(
  fleets: Fleets,
  incidents: readonly Incident[],
  tools: readonly Ours[],
  usual?: { readonly [name in Incident["fleet"]]: ReadonlySet<string> },
): ReadonlyMap<string, Promise<Result>> {
  const last = new Map<Incident["fleet"], Promise<unknown>>()
  return new Map(
    incidents.map((incident) => {
      const before = last.get(incident.fleet) ?? Promise.resolve()
      const result = before.then(() => run(fleets[incident.fleet], incident, tools, usual?.[incident.fleet]))
      last.set(
        incident.fleet,
        result.catch(() => {}),
      )
      result.catch(() => {}) // Whoever waits for it is told.
      return [incident.id, result]
    }),
  )
}
