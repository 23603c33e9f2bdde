import grpc from "@grpc/grpc-js"
import { escapeOutput } from "../core/escape.ts"
import { endAll, exitProcess, onOrphaned } from "../hosts/leaving.ts"
import { stopWriting } from "../hosts/writing.ts"
import { connect } from "./engine.ts"
import { serve } from "./server.ts"

// A fault of ours. Node would print what it says as it is, and the engine that again.
process.on("uncaughtException", (error) => {
  process.stderr.write(escapeOutput(`gatekey failed: ${error?.stack ?? error}\n`))
  process.exit(1)
})

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
onOrphaned(() => void stopWriting().then(end))

async function end(): Promise<never> {
  await endAll()
  return exitProcess("SIGTERM", 0)
}
// The engine's way to say that the run is over.
process.on("SIGINT", end)
process.on("SIGTERM", end)
