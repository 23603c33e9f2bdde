import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { isRunOver, registerWork } from "../core/ending.ts"
import { describeErrno, errorCode } from "../core/errno.ts"
import { NoConnection, UserError } from "../core/errors.ts"

const timeoutMilliseconds = 10_000

/** Opens a TCP connection from this machine. @throws UserError with the reason if it fails */
export async function dial(address: string, port: number): Promise<Socket> {
  if (isRunOver()) throw createCancelled()
  const socket = connect({ host: address, port })
  const timer = setTimeout(() => {
    socket.destroy(new NoConnection(`timed out after ${timeoutMilliseconds / 1000} s`, "ETIMEDOUT"))
  }, timeoutMilliseconds)
  const unregister = registerWork(() => socket.destroy(createCancelled()))
  socket.once("close", unregister)
  try {
    await once(socket, "connect")
    return socket
  } catch (error) {
    throw error instanceof UserError ? error : new NoConnection(describeErrno(error), errorCode(error))
  } finally {
    clearTimeout(timer)
  }
}

function createCancelled(): UserError {
  return new UserError("the run was cancelled")
}
