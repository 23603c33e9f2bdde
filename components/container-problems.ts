import { checkHost } from "../core/host.ts"
import { describeKind } from "../core/kind.ts"
import { findSecretFlag, isCredential } from "../probes/services/program.ts"
import type { GatewayContainerArgs } from "./gateway-container-args.ts"

const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)$/

/** What is wrong in the declaration of a container, a line each. */
export function containerProblems(name: string, args: Omit<GatewayContainerArgs, "token">): string[] {
  const { host, role, command, port, bind, data, environment = {} } = args
  const container = args.name
  const flag = findSecretFlag(command ?? [])
  const problems = [
    checkHost(host),
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(container)
      ? undefined
      : `name: ${describeKind(container)} is no name of a container: allowed are letters, digits, _ . - from the second character on`,
    isAbsolute(data) ? undefined : `data: ${describeKind(data)} is no absolute folder, such as /srv/openclaw`,
    bind === undefined || address.test(bind)
      ? undefined
      : `bind: ${describeKind(bind)} is no address, such as 127.0.0.1`,
    port === undefined || isPort(port) ? undefined : `port: ${describeKind(port)} is no whole number from 1 to 65535`,
    role === "node" && !command ? "a node needs its command: the image by itself starts a gateway" : undefined,
    role === "node" && (port ?? bind) !== undefined ? "a node publishes no port: remove port and bind" : undefined,
    flag && `command: has ${flag}, which process lists and \`docker inspect\` show: remove it`,
    ...Object.keys(environment).map(variableProblem),
  ]
  return problems.flatMap((problem) => (problem === undefined ? [] : [`${name}: ${problem}`]))
}

function variableProblem(variable: string): string | undefined {
  if (isCredential(variable)) {
    const secret = /PASSWORD$/.test(variable)
      ? "a password, which the state and `docker inspect` would show"
      : "the token, which gatekey delivers"
    return `environment: ${variable} carries ${secret}: remove it`
  }
  return /^[A-Za-z_]\w*$/.test(variable) ? undefined : `environment: ${describeKind(variable)} is no name of a variable`
}

function isAbsolute(path: string): boolean {
  return /^\/[^/]/.test(path) && !/\p{Cc}/u.test(path) && !path.split("/").includes("..")
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535
}
