import { describeValue } from "../../../core/describe-token.ts"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import type { Foreign } from "../../../core/foreign.ts"
import { type Ring, recognise } from "../../../core/ring.ts"
import { hostOf } from "../../../hosts/index.ts"
import { parseContainersSnapshot } from "../../../probes/containers/parse.ts"
import { containerScript, containersScript, removeContainerScript } from "../../../probes/containers/script.ts"
import type { Container } from "../../../probes/containers/snapshot.ts"
import { listContainerTokens } from "../../../probes/containers/tokens.ts"
import { describeEvictionFailure } from "../../../probes/listeners/evict.ts"
import type { Script } from "../../../probes/services/manager.ts"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { stopContainer } from "../containers/stop.ts"
import { factsOf, hostPorts, type IncarnationInputs, incarnationId } from "./inputs.ts"

/** Stops the containers that use one of its ports, if `evict` names them; it removes none. */
export async function makeRoom(inputs: IncarnationInputs, log: Log): Promise<void> {
  const { host, evict = [] } = inputs
  if (evict.length === 0) return
  const ports = hostPorts(inputs)
  for (const other of await containersOf(inputs, containersScript())) {
    const inTheWay = other.running && !other.name.is(inputs.name) && other.ports.some((port) => ports.includes(port))
    if (!inTheWay || !evict.includes(`docker:${other.name}`)) continue
    await stopContainer(host, other)
    log("info", `docker container ${other.name} used its port: stopped, and it does not start again by itself`)
  }
}

/** Removes the container. @throws UserError if it cannot be removed */
export async function removeContainer(found: Container, inputs: IncarnationInputs): Promise<void> {
  const action = removeContainerScript(found.id)
  const { code, stderr } = await hostOf(inputs.host).run(action.script, action)
  const problem = code === 4 ? undefined : describeEvictionFailure(code, stderr)
  if (problem) throw new UserError(`${incarnationId(inputs)} could not be removed: ${shown(problem)}`)
}

export async function describeContainerNow(
  run: Run,
  inputs: IncarnationInputs,
  remembered: Ring | undefined,
): Promise<string> {
  const found = await containerOf(inputs)
  if (!found) return "absent"
  const { variable, image, restart, ports } = inputs
  const ring = await run.tokens.ringFor(inputs.token, remembered, "")
  const known = (value: string) => ring !== undefined && recognise(ring, value) !== undefined
  const held = listContainerTokens(found, known, variable).map(({ value, where, variable: name }) => {
    const { message } = describeValue(value, ring)
    return name === variable ? message : `${message} (${shown(where)})`
  })
  return factsOf({
    holds:
      held.length > 0 ? held.join(" and ") : inputs.must === "token" ? `nothing: ${variable} is missing` : "nothing",
    ...(image === undefined ? {} : { image: isSameImage(found.image, image) ? image : `${found.image}` }),
    ...(restart === undefined ? {} : { restart: found.restart }),
    ...(ports === undefined ? {} : { ports: found.published }),
  })
}

/** Compares names of images: podman reports the whole name, `docker.io/library/…` or `localhost/…`. */
function isSameImage(found: Foreign, declared: string): boolean {
  return found.is(declared) || found.endsWith(`/${declared}`)
}

export async function containerOf(inputs: IncarnationInputs): Promise<Container | undefined> {
  // By a name, the engine also finds an id with that prefix.
  return (await containersOf(inputs, containerScript(inputs.name))).find(({ name }) => name.is(inputs.name))
}

/** Lists the containers. @throws UserError if the engine does not answer */
async function containersOf(inputs: IncarnationInputs, probe: Script): Promise<readonly Container[]> {
  const { stdout } = await hostOf(inputs.host).run(probe.script, probe)
  const answer = parseTaggedAnswer(stdout)
  if (!answer) throw new UserError(`${incarnationId(inputs)}: the check took too long`)
  const { client, problem, containers } = parseContainersSnapshot(answer)
  if (client === undefined) throw new UserError(`${incarnationId(inputs)}: there is no docker, and no podman`)
  if (problem) throw new UserError(`${incarnationId(inputs)}: ${client} does not answer: ${shown(problem)}`)
  return containers
}
