import { posix } from "node:path"
import { shown } from "../../core/escape.ts"
import { hostOf } from "../../hosts/index.ts"
import type { ProductName } from "../../products/product.ts"
import { homeScript } from "../../survey/collect/home-script.ts"
import { isHere, locatedOf } from "../../survey/collect/members.ts"
import { parseHomeSnapshot } from "../../survey/collect/parse-home.ts"
import { runProbe } from "../../survey/collect/run-probe.ts"
import { legacyOf } from "../../survey/files/located.ts"
import type { Run } from "../run/run.ts"
import type { GatewayAt } from "./gateway-at.ts"

/**
 * Explains why the product would stop reading its config if this one were created; undefined if it would not. openclaw reads
 * the config of its predecessor in its own folder for as long as it has none of its own.
 */
export async function legacyConfigObstacle(host: string, config: string): Promise<string | undefined> {
  const legacy = legacyOf("openclaw", config)
  if (legacy === undefined) return undefined
  const [own, old] = await Promise.all([config, legacy].map((path) => hostOf(host).readFirstSnapshot(path)))
  if (own?.kind !== "absent" || old?.kind !== "file") return undefined
  return `openclaw reads ${shown(legacy)}, because ${shown(config)} does not exist; if gatekey created it, openclaw would ignore all settings of the other file. Stop openclaw, rename the file (mv ${shown(legacy)} ${shown(config)}; an \`adopt\` from there gets the new name too), and start openclaw again`
}

/** Explains that the running gateway reads another config than the declared one; undefined if not, or if that is not known. */
export function otherConfigObstacle(run: Run, at: GatewayAt): Promise<string | undefined> {
  const { obstacles } = run.gatewayConfigs
  const key = `${at.host}|${at.port}|${at.config}`
  const pending = obstacles.get(key) ?? findOtherConfig(at)
  obstacles.set(key, pending)
  return pending
}

/** Inspects the process of a gateway with this config; undefined if none runs. */
export async function gatewayProcess({ host, port, product }: GatewayAt, config: string) {
  const home = posix.dirname(posix.dirname(config))
  const snapshot = parseHomeSnapshot(await runProbe(host, homeScript(home)))
  const process = snapshot.processes.find(
    (each) =>
      each.product === product && each.role === "gateway" && each.listens?.includes(port) && isHere(each, snapshot),
  )
  return process && { process, snapshot }
}

async function findOtherConfig(at: GatewayAt): Promise<string | undefined> {
  const { host, config, product } = at
  if (config === undefined) return undefined
  const found = await gatewayProcess(at, config)
  if (!found?.process.seen) return undefined
  const { process, snapshot } = found
  const { config: used } = locatedOf(process, snapshot)
  const [declared, real] = await Promise.all([config, used].map((path) => hostOf(host).resolveCanonical(path)))
  if (declared === real) return undefined
  const prefix = (product as ProductName).toUpperCase()
  const given = ["CONFIG_PATH", "STATE_DIR", "HOME", "PROFILE"].map((end) => `${prefix}_${end}`)
  const by = given.filter((name) => process.environment.has(name))
  const from = by.length > 0 ? ` (${by.join(", ")} in the environment of pid ${process.pid})` : ""
  return `it reads ${shown(used)}${from}, expected ${shown(config)}: it would not read what gatekey writes. Start it with its files in the default folder, or leave this gateway out of the declaration`
}
