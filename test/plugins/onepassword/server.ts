import grpc from "@grpc/grpc-js"
import plugin from "@pulumi/pulumi/proto/plugin_pb.js"
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js"
import messages from "@pulumi/pulumi/proto/provider_pb.js"
import empty from "google-protobuf/google/protobuf/empty_pb.js"
import { decode, encode, type Properties, unknown } from "../../../provider/wire.ts"
import { method } from "../serving.ts"
import { type Client, connect } from "./client.ts"
import { invoke } from "./functions.ts"
import { create, inputsOf, read, remove, update } from "./item.ts"
import { bare, check, difference, plan } from "./plan.ts"

/** Pulumi's provider protocol as [bridge] speaks it: without a handshake, and with secrets. */
export function serve(logInfo: (urn: string, line: string) => Promise<void>): grpc.Server {
  let configured: Client | undefined
  const client = () => {
    if (!configured) throw new Error("the provider is not configured")
    return configured
  }
  const server = new grpc.Server()
  server.addService(service.ResourceProviderService, {
    getPluginInfo: method(() => new plugin.PluginInfo().setVersion("1.1.3")),
    checkConfig: method((request: messages.CheckRequest) => new messages.CheckResponse().setInputs(request.getNews())),
    diffConfig: method(() => new messages.DiffResponse()),
    configure: method((request: messages.ConfigureRequest) => {
      configured = configure(decode(request.getArgs()))
      const response = new messages.ConfigureResponse()
      return response.setAcceptsecrets(true).setAcceptresources(true).setAcceptoutputs(true).setSupportspreview(true)
    }),
    check: method((request: messages.CheckRequest) => {
      const { inputs, failures } = check(nameOf(request.getUrn()), decode(request.getNews()))
      const response = new messages.CheckResponse().setInputs(encode(inputs))
      return response.setFailuresList(failures.map(([property, reason]) => failure(property, reason)))
    }),
    diff: method((request: messages.DiffRequest) => {
      const { changes, replaces } = difference(decode(request.getOlds()), decode(request.getNews()))
      const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges
      const response = new messages.DiffResponse().setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
      return response.setDiffsList(changes).setReplacesList(replaces)
    }),
    create: method(async (request: messages.CreateRequest) => {
      const inputs = decode(request.getProperties())
      const response = new messages.CreateResponse()
      if (request.getPreview()) return response.setProperties(encode(plan(inputs)))
      const state = await create(client(), inputs)
      return response.setId(String(state.id)).setProperties(encode(state))
    }),
    read: method(async (request: messages.ReadRequest) => {
      const known = decode(request.getProperties())
      const state = await read(client(), request.getId(), known)
      const inputs = inputsOf(state, decode(request.getInputs()), Object.keys(known).length > 0)
      const response = new messages.ReadResponse().setId(String(state.id))
      return response.setInputs(encode(inputs)).setProperties(encode(state))
    }),
    update: method(async (request: messages.UpdateRequest) => {
      const [olds, news] = [decode(request.getOlds()), decode(request.getNews())]
      const log = (line: string) => logInfo(request.getUrn(), line)
      const state = request.getPreview() ? plan(news, olds) : await update(client(), olds, news, log)
      return new messages.UpdateResponse().setProperties(encode(state))
    }),
    delete: method(async (request: messages.DeleteRequest) => {
      await remove(client(), decode(request.getProperties()))
      return new empty.Empty()
    }),
    invoke: method(async (request: messages.InvokeRequest) => {
      const answer = await invoke(client(), request.getTok(), decode(request.getArgs()))
      return new messages.InvokeResponse().setReturn(encode(answer))
    }),
    cancel: method(() => new empty.Empty()),
    attach: method(() => new empty.Empty()),
  })
  return server
}

/** [tf] provider.go, Configure: the configuration, else the environment. Nothing is asked yet. */
function configure(args: Properties): Client {
  const setting = (name: string, variable: string) => {
    const given = bare(args[name])
    return typeof given === "string" ? given : given === unknown ? "" : (process.env[variable] ?? "")
  }
  const [url, token] = [setting("url", "OP_CONNECT_HOST"), setting("token", "OP_CONNECT_TOKEN")]
  if (setting("serviceAccountToken", "OP_SERVICE_ACCOUNT_TOKEN") || setting("account", "OP_ACCOUNT")) {
    if (url || token)
      throw new Error(
        'Config conflict: Either Connect credentials ("token" and "url") or 1Password CLI ("service_account_token" or "account") credentials can be set. Both are set. Please unset one of them.',
      )
    throw new Error("the stand-in for onepassword asks Connect servers only: set E2E_PLUGINS=real")
  }
  if (url && token) return connect(url, token)
  throw new Error(
    'Client init failure: Client failed to initialize, got error: Invalid provider configuration. Either Connect credentials ("token" and "url") or Service Account ("service_account_token" or "account") credentials should be set.',
  )
}

function failure(property: string, reason: string): messages.CheckFailure {
  return new messages.CheckFailure().setProperty(property).setReason(reason)
}

/** Returns the name, after checking the type, of `urn:pulumi:stack::project::parent$type::name`. */
function nameOf(urn: string): string {
  const [, , types = "", ...name] = urn.split("::")
  const type = types.split("$").at(-1)
  if (type !== "onepassword:index/item:Item")
    throw new Error(`the stand-in for onepassword has no type ${type}: add it, or set E2E_PLUGINS=real`)
  return name.join("::")
}
