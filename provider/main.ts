import grpc from "@grpc/grpc-js"
import { stopWriting } from "../hosts/writing.ts"
import { connect } from "./engine.ts"
import { serve } from "./server.ts"

/** How often we look whether the engine still lives. */
const watchMilliseconds = 100

const engine = connect(process.argv.slice(2).find((argument) => !argument.startsWith("-")))
const server = serve(engine)
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    process.stderr.write(`gatekey cannot listen on the loopback: ${error.message}\n`)
    process.exit(1)
  }
  // The one thing that the protocol wants on standard output.
  process.stdout.write(`${port}\n`)
})

// A killed engine leaves its plugins behind; ours ends after the write at hand.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) void end()
}, watchMilliseconds)

async function end(): Promise<never> {
  await stopWriting()
  process.exit(0)
}
// The engine's way to say that the run is over.
process.on("SIGINT", end)
process.on("SIGTERM", end)
