import { UserError } from "../../../core/errors.ts"
import { hostOf } from "../../../hosts/index.ts"
import type { GatewayAt } from "../../gateways/gateway-at.ts"
import type { Files } from "../../hosts/files.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { findUnwilling } from "./gateways.ts"
import { filesOf } from "./inputs.ts"

/** Checks that all hosts can be updated. @throws UserError with all obstacles to a rotation */
export async function refuseRotation(run: Run, files: Files, gateways: readonly GatewayAt[] = []): Promise<void> {
  const problems = await Promise.all([findUnwritable(files), findUnwilling(run, gateways)])
  const found = new Set(problems.flat())
  if (found.size === 0) return
  throw new UserError(`cannot rotate: some hosts cannot be updated; nothing was changed. ${[...found].join(". ")}`)
}

async function findUnwritable(files: Files): Promise<string[]> {
  const obstacles = Object.entries(files).flatMap(([host, paths]) =>
    paths.map((path) => hostOf(host).findObstacle(path)),
  )
  return (await Promise.all(obstacles)).filter((problem) => problem !== undefined)
}

/** Returns the files that a rotation updates: without the hosts that may be behind and do not answer. */
export async function filesToFollow(run: Run, inputs: Properties): Promise<Files> {
  const isBehind = async (host: string) => run.lagging.mayLag(host) && (await hostOf(host).findOutage()) !== undefined
  const files = Object.entries(filesOf(inputs))
  const lagging = await Promise.all(files.map(([host]) => isBehind(host)))
  return Object.fromEntries(files.filter((_, at) => !lagging[at]))
}
