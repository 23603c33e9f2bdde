import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { hostOf } from "../../hosts/index.ts"
import { managers } from "../../probes/services/index.ts"
import type { Service, ServiceSnapshot } from "../../probes/services/manager.ts"
import { answerIn } from "../../probes/services/script.ts"
import { products } from "../../products/index.ts"
import type { Definition } from "../files/definition.ts"
import type { Member } from "./member.ts"

/** What is behind a definition's file: what is loaded, and whether it runs. */
export interface ServiceState {
  readonly definition: Definition
  readonly snapshot: ServiceSnapshot
}

/** Services of the machine itself are left to root. */
export async function servicesOf(host: string, { definitions, product }: Member): Promise<ServiceState[]> {
  const seen = definitions
    .filter(({ system }) => !system)
    .map(async (definition) => {
      const { manager, name, path } = definition
      const service: Service = { name, path, variable: products[product].variable }
      const { script, args } = managers[manager].look(service)
      const answer = answerIn((await hostOf(host).run(script, { args })).stdout)
      if (!answer) throw new UserError(`${host}: the check of ${shown(name)} by ${manager} was cut off`)
      return { definition, snapshot: managers[manager].read(answer, service) }
    })
  return Promise.all(seen)
}
