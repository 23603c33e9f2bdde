/**
 * Runs a stack's program for one engine after the other, in one process: what Pulumi's automation API calls an inline
 * program. A Node.js of its own for each run, with all that it has to load, is a third of what a preview costs.
 * Started as `node program-host.ts FILE`; prints the port that `pulumi --client` connects to, and ends with its input.
 */
import { createRequire, Module, registerHooks } from "node:module"
import { pathToFileURL } from "node:url"
import grpc from "@grpc/grpc-js"
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js"

const require = createRequire(import.meta.url)
// Pulumi loads them for functions that a program sends to a cloud, which takes longer than all else that it loads.
for (const name of ["@npmcli/arborist", "typescript"]) {
  const path = require.resolve(name)
  require.cache[path] = Object.assign(new Module(path), { loaded: true, exports: {} })
}
// The automation API's own server, which has no types.
const { LanguageServer } = require("@pulumi/pulumi/automation/server.js")
const url = pathToFileURL(process.argv[2] ?? "").href
let runs = 0
// Each run has modules of its own, as in a process of its own; packages are loaded once.
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    const { search } = new URL(context.parentURL ?? "file:///")
    const isOurs = found.url.startsWith("file:") && !found.url.includes("/node_modules/")
    return search && isOurs && !new URL(found.url).search ? { ...found, url: found.url + search } : found
  },
})
const program = () => import(`${url}?run=${runs++}`)
const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 })
server.addService(LanguageRuntimeService, new LanguageServer(program))
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error
  process.stdout.write(`${port}\n`)
})
process.stdin.resume().on("end", () => process.exit(0))
