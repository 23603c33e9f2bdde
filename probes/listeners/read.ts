import type { Answer } from "../services/manager.ts"
import { containerIn } from "./containers.ts"
import { socketsIn } from "./lsof.ts"
import { processesIn } from "./processes.ts"
import type { DeclaredService } from "./script.ts"
import type { PortSnapshot, Process } from "./snapshot.ts"
import { rowIn, socketsOf } from "./tables.ts"

/** What a look answered. */
export function read(answer: Answer, port: number, declared: DeclaredService | undefined): PortSnapshot {
  const processes = processesIn(answer)
  const rows = answer.all("tcp").map(rowIn).filter(given)
  const containers = answer.all("container").map((line) => containerIn(line, port))
  return {
    uid: Number(answer.one("uid")),
    sockets: [...socketsOf(rows, answer.all("holder")), ...socketsIn(answer.all("lsof"), answer.all("netstat"))],
    processes,
    containers: containers.filter(given),
    users: new Map(answer.all("name").map((line) => [Number(line.split(" ")[0]), line.split(" ")[1] ?? ""])),
    declared: declaredIn(answer, declared, processes),
  }
}

/** The process of the declared gateway's own service. */
function declaredIn(
  answer: Answer,
  declared: DeclaredService | undefined,
  processes: ReadonlyMap<number, Process>,
): number | undefined {
  if (!declared) return undefined
  if (declared.manager === "process") {
    const [pid, start] = (answer.one("child") ?? "").split(" ")
    const process = processes.get(Number(pid))
    return process && process.start.replaceAll(" ", "_") === start ? process.pid : undefined
  }
  const own = ({ service }: Process) => service?.manager === declared.manager && service.name === declared.name
  return [...processes.values()].find((process) => process.gateway && own(process))?.pid
}

function given<T>(value: T | undefined): value is T {
  return value !== undefined
}
