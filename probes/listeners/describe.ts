import { shellWord, shown } from "../../core/escape.ts"
import { isProduct, type Owner } from "./owner.ts"
import type { PortSnapshot, Process } from "./snapshot.ts"

/** Who it is, in words. @param what a gateway is called that should not be there: `a second gateway` */
export function describeOwner(owner: Owner, snapshot: PortSnapshot, what: string): string {
  if (owner.kind === "container") return `docker container ${owner.container.name}`
  if (owner.kind === "unseen") return unseenWords(owner.uid, snapshot)
  const { process } = owner
  const { service, gateway } = process
  if (!service) return gateway ? `pid ${process.pid} ${programWords(process)} (${what})` : processWords(process)
  const name = `${service.system && service.manager === "systemd" ? "system unit" : service.manager} ${shown(service.name)}`
  return gateway || isProduct(service.name) ? `${name} (${what})` : `${name} (${processWords(process)})`
}

/** A gateway of the declared product that nobody starts again; without its process id, which changes at each start. */
export function byHandWords({ gateway }: Process, service: string): string {
  return `${gateway} gateway, started by hand and not by ${shown(service)}`
}

function processWords(process: Process): string {
  return `pid ${process.pid} ${programWords(process)}`
}

function programWords({ program, script, gateway }: Process): string {
  return gateway
    ? `${gateway} gateway`
    : [program, script]
        .filter(Boolean)
        .map((name) => shown(name ?? ""))
        .join(" ")
}

function unseenWords(uid: number | undefined, { users, uid: own }: PortSnapshot): string {
  if (uid === undefined) return "a process of another user, which cannot be seen from here"
  const name = users.get(uid)
  const who = name ? `${shown(name)} (uid ${uid})` : `uid ${uid}`
  return uid === own
    ? "a process of our own that cannot be seen"
    : `a process of ${who}, which cannot be seen from here`
}

/** The command that ends it, its restart included; what cannot be seen, a more powerful user is asked about. */
export function stopCommand(owner: Owner, port: number, { uid, sockets }: PortSnapshot): string {
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

/** How the declared gateway is started. */
export function startCommand(manager: string, name: string, uid: number): string {
  if (manager === "launchd") return `launchctl kickstart gui/${uid}/${shellWord(name)}`
  return `systemctl --user start ${shellWord(name)}`
}

/** The same command for a host that is reached by SSH. */
export function onHost(host: string, command: string): string {
  const [, user = "", port] = /^ssh:\/\/(.*?)(?::(\d+))?$/.exec(host) ?? []
  return user === "" ? command : `ssh ${port ? `-p ${port} ` : ""}${shellWord(user)} ${shellWord(command)}`
}
