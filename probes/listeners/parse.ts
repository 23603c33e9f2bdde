import type { Answer } from "../services/manager.ts"
import { parsePublishingContainer } from "./containers.ts"
import { parseLsof } from "./lsof.ts"
import { parseProcesses } from "./processes.ts"
import type { DeclaredService } from "./script.ts"
import type { HostProcess, PortSnapshot } from "./snapshot.ts"
import { addHolders, parseSocketRow } from "./tables.ts"

/** Parses the answer of the script. */
export function parsePortSnapshot(answer: Answer, port: number, declared: DeclaredService | undefined): PortSnapshot {
  const processes = parseProcesses(answer)
  const rows = answer.all("tcp").map(parseSocketRow).filter(isDefined)
  const containers = answer.all("container").map((line) => parsePublishingContainer(line, port))
  return {
    uid: Number(answer.one("uid")),
    sockets: [...addHolders(rows, answer.all("holder")), ...parseLsof(answer.all("lsof"), answer.all("netstat"))],
    processes,
    containers: containers.filter(isDefined),
    users: new Map(answer.all("name").map((line) => [Number(line.split(" ")[0]), line.split(" ")[1] ?? ""])),
    declared: findDeclared(answer, declared, processes),
  }
}

/** Finds the process of the declared gateway's service. */
function findDeclared(
  answer: Answer,
  declared: DeclaredService | undefined,
  processes: ReadonlyMap<number, HostProcess>,
): number | undefined {
  if (!declared) return undefined
  if (declared.manager === "process") {
    const [pid, start] = (answer.one("child") ?? "").split(" ")
    const process = processes.get(Number(pid))
    return process && process.start.replaceAll(" ", "_") === start ? process.pid : undefined
  }
  const isDeclared = ({ service }: HostProcess) =>
    service?.manager === declared.manager && service.name === declared.name
  return [...processes.values()].find((process) => process.gateway && isDeclared(process))?.pid
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined
}
