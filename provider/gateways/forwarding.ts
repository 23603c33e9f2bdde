import { UserError } from "../../core/errors.ts"
import type { Forwarding } from "../../core/forwarding.ts"
import { hostOf } from "../../hosts/index.ts"
import { describeRefusal } from "../../probes/proxies/describe.ts"
import { parseForwarding } from "../../probes/proxies/parse.ts"
import { forwardScript } from "../../probes/proxies/script.ts"
import { files, gatewayMap } from "../../proxies/guard.ts"

/** The guard in front of a gateway, on the same host. */
export interface GuardAt {
  readonly host: string
  /** The folder of its configuration. */
  readonly folder: string
}

/** Returns how a guard hands clients on; undefined if its process does otherwise than its file says. */
export async function readForwarding({ host, folder }: GuardAt): Promise<Forwarding | undefined> {
  const { script, args } = forwardScript(folder)
  const [file, ran] = await Promise.all([
    hostOf(host).readSnapshot(`${folder}/${files.gateway}`),
    hostOf(host).run(script, { args }),
  ])
  const isPlain = file.kind === "file" && Buffer.from(file.bytes).toString("utf8") === gatewayMap("plain")
  const wanted = isPlain ? "plain" : "named"
  const found = parseForwarding(ran.stdout)
  return "forwarding" in found && found.forwarding !== wanted ? undefined : wanted
}

/** Has a guard hand clients on in another way, without a reload. @throws UserError if its process cannot be asked */
export async function setForwarding({ host, folder }: GuardAt, forwarding: Forwarding): Promise<void> {
  const bytes = Buffer.from(gatewayMap(forwarding))
  await hostOf(host).edit(`${folder}/${files.gateway}`, (found) => {
    if (found.kind === "absent" && forwarding === "named") return undefined
    return found.kind === "file" && bytes.equals(found.bytes) ? undefined : { bytes, mode: 0o600 }
  })
  const { script, args } = forwardScript(folder, forwarding)
  const found = parseForwarding((await hostOf(host).run(script, { args })).stdout)
  if ("refusal" in found && found.refusal !== "no-folder")
    throw new UserError(`${folder}: ${describeRefusal(found.refusal)}`)
}
