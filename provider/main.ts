import grpc from "@grpc/grpc-js"
import { escapeOutput } from "../core/escape.ts"
import { endAll, exitProcess, onOrphaned } from "../hosts/leaving.ts"
import { stopWriting } from "../hosts/writing.ts"
import { connect } from "./engine.ts"
import { serve } from "./server.ts"

// Our own fault. Node would print its message raw, and so would the engine.
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
  // The protocol expects the port, and nothing else, on standard output.
  process.stdout.write(`${port}\n`)
})

// A killed engine leaves its plugins behind; this one ends after the current write.
onOrphaned(() => void stopWriting().then(end))

async function end(): Promise<never> {
  await endAll()
  return exitProcess("SIGTERM", 0)
}
// The engine's signal that the run is over.
process.on("SIGINT", end)
process.on("SIGTERM", end)
