import { Duplex } from "node:stream"
import { endsWithRun, isRunOver } from "../../core/ending.ts"
import { NoConnection, UserError } from "../../core/errors.ts"
import { Gathered } from "../../core/gathered.ts"
import { maxErrorBytes } from "../file.ts"
import { endGroup, startSsh } from "./client.ts"
import { reasonOf } from "./reasons.ts"

const graceMilliseconds = 500

/**
 * A connection from the far side to an address: ssh carries its bytes. One that does not come about ends with a UserError
 * that says why.
 * @param why asks ssh for the reason on a connection of its own: on a shared one it is not told
 */
export function forwarded(args: readonly string[], why: () => Promise<string>): Duplex {
  if (isRunOver()) throw new UserError("the run was cancelled")
  const child = startSsh(args, ["pipe", "pipe", "pipe"])
  const { stdin, stdout, stderr } = child
  if (!stdin || !stdout || !stderr) throw new Error("ssh has no pipes")
  const told = new Gathered(maxErrorBytes)
  stderr.on("data", (chunk) => told.add(chunk))
  const stream = new Duplex({
    read: () => void stdout.resume(),
    write: (chunk, _, done) => void stdin.write(chunk, () => done()),
    final: (done) => void stdin.end(done),
    destroy(error, done) {
      child.kill("SIGTERM")
      // On a shared connection it waits for the far side's answer first, which a firewall may keep from coming.
      setTimeout(() => endGroup(child), graceMilliseconds).unref()
      if (isRunOver()) endGroup(child)
      // The shared connection has them as well, and keeps them open until then.
      for (const pipe of [stdin, stdout, stderr]) pipe.destroy()
      done(error)
    },
  })
  // HTTP asks it of every stream that it takes for a socket.
  Object.assign(stream, { setTimeout: () => stream })
  // The far side may end first; how it went is told by ssh's end.
  stdin.on("error", () => {})
  child.on("error", (error) => stream.destroy(new UserError(error.message)))
  let answered = false
  stdout.on("data", (chunk) => {
    answered = true
    if (!stream.push(chunk)) stdout.pause()
  })
  const forget = endsWithRun(() => stream.destroy(new UserError("the run was cancelled")))
  child.on("close", () => {
    forget()
    const said = told.text
    if (answered) stream.push(null)
    else if (/refused by peer/.test(said)) void why().then((more) => stream.destroy(noWay(more)))
    else stream.destroy(noWay(said))
  })
  return stream
}

/** What ssh says of a connection that it could not make from the far side. */
function noWay(said: string): NoConnection {
  const because = (message: string) => new NoConnection(message, undefined)
  if (/administratively prohibited/.test(said))
    return because("its sshd lets no connection through (AllowTcpForwarding)")
  if (/Name or service not known|Temporary failure in name|nodename nor servname/.test(said))
    return because("its name is not resolved there")
  if (/connect failed: open failed/.test(said)) return because("no connection")
  if (said.trim() === "") return because("the connection was closed")
  const { reason, code } = reasonOf(said)
  return new NoConnection(code === "ECONNREFUSED" ? "connection refused" : reason, code)
}
