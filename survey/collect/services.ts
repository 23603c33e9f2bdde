import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { hostOf } from "../../hosts/index.ts"
import { managers } from "../../probes/services/index.ts"
import type { Service, ServiceSnapshot } from "../../probes/services/manager.ts"
import { parseTaggedAnswer } from "../../probes/services/script.ts"
import { products } from "../../products/index.ts"
import type { Definition } from "../files/definition.ts"
import type { Member } from "./member.ts"

/** The state of a definition's service: what is loaded, and whether it runs. */
export interface ServiceState {
  readonly definition: Definition
  readonly snapshot: ServiceSnapshot
}

/** Inspects the member's services, but not those of the machine, which are root's. */
export async function servicesOf(host: string, { definitions, product }: Member): Promise<ServiceState[]> {
  const states = definitions
    .filter(({ system }) => !system)
    .map(async (definition) => {
      const { manager, name, path } = definition
      const service: Service = { name, path, variable: products[product].variable }
      const { script, args } = managers[manager].snapshotScript(service)
      const answer = parseTaggedAnswer((await hostOf(host).run(script, { args })).stdout)
      if (!answer) throw new UserError(`${host}: the check of ${shown(name)} by ${manager} was cut off`, "host")
      return { definition, snapshot: managers[manager].parseSnapshot(answer, service) }
    })
  return Promise.all(states)
}
