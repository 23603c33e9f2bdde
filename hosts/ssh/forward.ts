import { Duplex } from "node:stream"
import { isRunOver, registerWork } from "../../core/ending.ts"
import { NoConnection, UserError } from "../../core/errors.ts"
import { ByteCollector } from "../../core/gathered.ts"
import { killGroup, startProgram } from "../../processes/start.ts"
import { maxErrorBytes } from "../file.ts"
import { sshEnvironment } from "./client.ts"
import { explainSshError } from "./reasons.ts"

const graceMilliseconds = 500

/**
 * Opens a connection from the host to an address by ssh. If it fails, the stream ends with a UserError that has the reason.
 * @param explain asks ssh for the reason on a separate connection, as a shared one does not report it
 */
export function openForward(args: readonly string[], explain: () => Promise<string>): Duplex {
  if (isRunOver()) throw new UserError("the run was cancelled")
  const child = startProgram(["ssh", ...args], { env: sshEnvironment(), stdio: "pipe" })
  const { stdin, stdout, stderr } = child
  if (!stdin || !stdout || !stderr) throw new Error("ssh has no pipes")
  const errors = new ByteCollector(maxErrorBytes)
  stderr.on("data", (chunk) => errors.add(chunk))
  const stream = new Duplex({
    read: () => void stdout.resume(),
    write: (chunk, _, done) => void stdin.write(chunk, () => done()),
    final: (done) => void stdin.end(done),
    destroy(error, done) {
      child.kill("SIGTERM")
      // On a shared connection ssh waits for the host's answer first, which a firewall may drop.
      setTimeout(() => killGroup(child), graceMilliseconds).unref()
      if (isRunOver()) killGroup(child)
      // The shared connection has them too, and keeps them open until then.
      for (const pipe of [stdin, stdout, stderr]) pipe.destroy()
      done(error)
    },
  })
  // The HTTP client calls it on every socket.
  Object.assign(stream, { setTimeout: () => stream })
  // The host may end first; the result is reported by ssh's exit.
  stdin.on("error", () => {})
  child.on("error", (error) => stream.destroy(new UserError(error.message)))
  let answered = false
  stdout.on("data", (chunk) => {
    answered = true
    if (!stream.push(chunk)) stdout.pause()
  })
  const unregister = registerWork(() => stream.destroy(new UserError("the run was cancelled")))
  child.on("close", () => {
    unregister()
    const text = errors.text
    if (answered) stream.push(null)
    else if (/refused by peer/.test(text)) void explain().then((more) => stream.destroy(toNoConnection(more)))
    else stream.destroy(toNoConnection(text))
  })
  return stream
}

/** Converts ssh's error about a connection from the host. */
function toNoConnection(text: string): NoConnection {
  const fail = (message: string) => new NoConnection(message, undefined)
  if (/administratively prohibited/.test(text)) return fail("its sshd forwards no connections (AllowTcpForwarding)")
  if (/Name or service not known|Temporary failure in name|nodename nor servname/.test(text))
    return fail("its name is not resolved there")
  if (/connect failed: open failed/.test(text)) return fail("no connection")
  if (text.trim() === "") return fail("the connection was closed")
  const { reason, code } = explainSshError(text)
  return new NoConnection(code === "ECONNREFUSED" ? "connection refused" : reason, code)
}
