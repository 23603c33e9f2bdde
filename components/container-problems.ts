import { checkHost } from "../core/host.ts"
import { describeKind } from "../core/kind.ts"
import { findSecretFlag, isCredential } from "../probes/services/program.ts"
import type { GatewayContainerArgs } from "./gateway-container-args.ts"

const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)$/

/** Reports each problem in the declaration of a container in one line. */
export function containerProblems(name: string, args: Omit<GatewayContainerArgs, "token">): string[] {
  const { host, role, command, port, bind, data, environment = {} } = args
  const container = args.name
  const flag = findSecretFlag(command ?? [])
  const problems = [
    checkHost(host),
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(container)
      ? undefined
      : `name: ${describeKind(container)} is not a valid container name; expected letters, digits, and from the second character on _ . -`,
    isAbsolute(data) ? undefined : `data: ${describeKind(data)} is not an absolute folder such as /srv/openclaw`,
    bind === undefined || address.test(bind)
      ? undefined
      : `bind: ${describeKind(bind)} is not an IP address such as 127.0.0.1`,
    port === undefined || isPort(port) ? undefined : `port: ${describeKind(port)} is not an integer from 1 to 65535`,
    role === "node" && !command ? "a node needs its command: the image by itself starts a gateway" : undefined,
    role === "node" && (port ?? bind) !== undefined ? "a node publishes no port: remove port and bind" : undefined,
    flag && `command: contains ${flag}, which process lists and \`docker inspect\` show: remove it`,
    ...Object.keys(environment).map(variableProblem),
  ]
  return problems.flatMap((problem) => (problem === undefined ? [] : [`${name}: ${problem}`]))
}

function variableProblem(variable: string): string | undefined {
  if (isCredential(variable)) {
    const secret = /PASSWORD$/.test(variable)
      ? "a password, which the state and `docker inspect` would show"
      : "the token, which gatekey delivers"
    return `environment: ${variable} contains ${secret}: remove it`
  }
  return /^[A-Za-z_]\w*$/.test(variable)
    ? undefined
    : `environment: ${describeKind(variable)} is not a valid variable name`
}

function isAbsolute(path: string): boolean {
  return /^\/[^/]/.test(path) && !/\p{Cc}/u.test(path) && !path.split("/").includes("..")
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535
}
