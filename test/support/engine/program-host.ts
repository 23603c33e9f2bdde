/**
 * Runs a stack's program for one engine after the other, in one process: what Pulumi's automation API calls an inline
 * program. A Node.js of its own for each run, with all that it has to load, is a third of what a preview costs.
 * A line of its input tells it which program it runs from now on: `{"main", "cwd", "env"}`. It answers with the port that
 * `pulumi --client` connects to, or with `busy` while a program runs; it ends with its input.
 */
import { createRequire, Module, registerHooks } from "node:module"
import { createInterface } from "node:readline"
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
let url = ""
let runs = 0
const running = new Set<symbol>()
// Each run has modules of its own, as in a process of its own; packages are loaded once.
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    const { search } = new URL(context.parentURL ?? "file:///")
    const isOurs = found.url.startsWith("file:") && !found.url.includes("/node_modules/")
    return search && isOurs && !new URL(found.url).search ? { ...found, url: found.url + search } : found
  },
})
const languages = new LanguageServer(() => import(`${url}?run=${runs++}`))
const run = languages.run.bind(languages)
languages.run = (call: unknown, callback: (...answer: unknown[]) => void) => {
  const mine = Symbol()
  running.add(mine)
  // It is called twice for a program that failed.
  return run(call, (...answer: unknown[]) => {
    running.delete(mine)
    callback(...answer)
  })
}
const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 })
server.addService(LanguageRuntimeService, languages)
const port = new Promise<number>((done, failed) => {
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
    error ? failed(error) : done(port),
  )
})

async function turnTo({ main, cwd, env }: { main: string; cwd: string; env: NodeJS.ProcessEnv }): Promise<string> {
  if (running.size > 0) return "busy"
  url = pathToFileURL(main).href
  process.chdir(cwd)
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  return `${await port}`
}

const lines = createInterface(process.stdin)
lines.on("line", async (line) => process.stdout.write(`${await turnTo(JSON.parse(line))}\n`))
lines.on("close", () => process.exit(0))
