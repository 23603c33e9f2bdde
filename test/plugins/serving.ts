import grpc from "@grpc/grpc-js"

/** One method of the protocol; what it throws is told with its message alone. @param detailsOf what else the engine learns */
export function method<Request, Response>(
  work: (request: Request) => Response | Promise<Response>,
  detailsOf?: (error: unknown) => grpc.Metadata,
): grpc.handleUnaryCall<Request, Response> {
  return async (call, callback) => {
    try {
      callback(null, await work(call.request))
    } catch (error) {
      const details = error instanceof Error ? error.message : String(error)
      callback({ code: grpc.status.UNKNOWN, details, ...(detailsOf ? { metadata: detailsOf(error) } : {}) })
    }
  }
}

/** Serves until a signal, or the engine's end: a killed engine leaves its plugins behind. Prints the port. */
export function listen(server: grpc.Server): void {
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error
    process.stdout.write(`${port}\n`)
  })
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0)
  }, 200)
  process.on("SIGINT", () => process.exit(0))
  process.on("SIGTERM", () => process.exit(0))
}
