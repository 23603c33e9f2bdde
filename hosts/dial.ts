import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { endsWithRun, isRunOver } from "../core/ending.ts"
import { describeErrno, errorCode } from "../core/errno.ts"
import { NoConnection, UserError } from "../core/errors.ts"

const patienceMilliseconds = 10_000

/** A TCP connection from this machine. @throws UserError saying why there is none */
export async function dial(address: string, port: number): Promise<Socket> {
  if (isRunOver()) throw cancelled()
  const socket = connect({ host: address, port })
  const timer = setTimeout(() => {
    socket.destroy(new NoConnection(`timed out after ${patienceMilliseconds / 1000} s`, "ETIMEDOUT"))
  }, patienceMilliseconds)
  const forget = endsWithRun(() => socket.destroy(cancelled()))
  socket.once("close", forget)
  try {
    await once(socket, "connect")
    return socket
  } catch (error) {
    throw error instanceof UserError ? error : new NoConnection(describeErrno(error), errorCode(error))
  } finally {
    clearTimeout(timer)
  }
}

function cancelled(): UserError {
  return new UserError("the run was cancelled")
}
