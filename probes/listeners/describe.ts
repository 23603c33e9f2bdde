import { shellWord, shown } from "../../core/escape.ts"
import { isProduct, type Owner } from "./owner.ts"
import type { HostProcess, PortSnapshot } from "./snapshot.ts"

/** Describes an owner of a port. @param what the description of an unexpected gateway: `a second gateway` */
export function describeOwner(owner: Owner, snapshot: PortSnapshot, what: string): string {
  if (owner.kind === "container") return `docker container ${owner.container.name}`
  if (owner.kind === "unseen") return describeUnseen(owner.uid, snapshot)
  const { process } = owner
  const { service, gateway } = process
  if (!service) return gateway ? `pid ${process.pid} ${describeProgram(process)} (${what})` : describeProcess(process)
  const name = `${service.system && service.manager === "systemd" ? "system unit" : service.manager} ${shown(service.name)}`
  return gateway || isProduct(service.name) ? `${name} (${what})` : `${name} (${describeProcess(process)})`
}

/** Describes a gateway without a service; without its process id, which changes at each start. */
export function describeStartedByHand({ gateway }: HostProcess, service: string): string {
  return `${gateway} gateway, started by hand and not by ${shown(service)}`
}

function describeProcess(process: HostProcess): string {
  return `pid ${process.pid} ${describeProgram(process)}`
}

function describeProgram({ program, script, gateway }: HostProcess): string {
  return gateway
    ? `${gateway} gateway`
    : [program, script]
        .filter(Boolean)
        .map((name) => shown(name ?? ""))
        .join(" ")
}

function describeUnseen(uid: number | undefined, { users, uid: own }: PortSnapshot): string {
  if (uid === undefined) return "a process of another user, which cannot be seen from here"
  const name = users.get(uid)
  const user = name ? `${shown(name)} (uid ${uid})` : `uid ${uid}`
  return uid === own
    ? "a process of our own that cannot be seen"
    : `a process of ${user}, which cannot be seen from here`
}

/** Formats the command that stops an owner and its restart; for one that cannot be read, the command that root can run to find it. */
export function formatStopCommand(owner: Owner, port: number, { uid, sockets }: PortSnapshot): string {
  if (owner.kind === "container") {
    const { word: name } = owner.container.name
    return `docker update --restart=no ${name} && docker stop ${name}`
  }
  if (owner.kind === "unseen") {
    const kernel = sockets.some((socket) => socket.uid !== undefined)
    return kernel ? `sudo ss -ltnp 'sport = :${port}'` : `sudo lsof -nP -iTCP:${port} -sTCP:LISTEN`
  }
  const { pid, service, uid: its } = owner.process
  if (!service) return `${its === uid || uid === 0 ? "" : "sudo "}kill ${pid}`
  const name = shellWord(service.name)
  if (service.manager === "launchd") {
    const target = `gui/${its}/${name}`
    return `launchctl disable ${target} && launchctl bootout ${target}`
  }
  return service.system ? `sudo systemctl disable --now ${name}` : `systemctl --user disable --now ${name}`
}

/** Formats the command that starts the declared gateway. */
export function formatStartCommand(manager: string, name: string, uid: number): string {
  if (manager === "launchd") return `launchctl kickstart gui/${uid}/${shellWord(name)}`
  return `systemctl --user start ${shellWord(name)}`
}

/** Formats a command for a host, by SSH if it is remote. */
export function formatOnHost(host: string, command: string): string {
  const [, user = "", port] = /^ssh:\/\/(.*?)(?::(\d+))?$/.exec(host) ?? []
  return user === "" ? command : `ssh ${port ? `-p ${port} ` : ""}${shellWord(user)} ${shellWord(command)}`
}
