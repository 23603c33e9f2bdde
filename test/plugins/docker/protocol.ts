import { randomBytes } from "node:crypto"
import grpc from "@grpc/grpc-js"
import plugin from "@pulumi/pulumi/proto/plugin_pb.js"
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js"
import messages from "@pulumi/pulumi/proto/provider_pb.js"
import empty from "google-protobuf/google/protobuf/empty_pb.js"
import { decode, encode, type Properties, unknown } from "../../../provider/wire.ts"
import { type Client, connect } from "./client.ts"
import { difference } from "./difference.ts"
import { method } from "./failure.ts"
import type { Kind } from "./kind.ts"
import { kindOf } from "./kinds.ts"

/**
 * Pulumi's provider protocol as [bridge] speaks it. It knows no handshake and takes no secrets: the engine hands it plain
 * values and makes secrets again of what it answers under the names of secret inputs.
 */
export function serve(): grpc.Server {
  let configured: Client | undefined
  const client = () => {
    if (!configured) throw new Error("the provider is not configured")
    return configured
  }
  const server = new grpc.Server()
  server.addService(service.ResourceProviderService, {
    getPluginInfo: method(() => {
      const response = new plugin.PluginInfo()
      response.setVersion("5.2.0")
      return response
    }),
    checkConfig: method((request: messages.CheckRequest) => {
      const response = new messages.CheckResponse()
      response.setInputs(request.getNews())
      return response
    }),
    diffConfig: method(() => new messages.DiffResponse()),
    configure: method(async (request: messages.ConfigureRequest) => {
      const { host, version: _, ...others } = decode(request.getArgs())
      const [other] = Object.keys(others)
      if (other) throw new Error(`the stand-in for docker takes no ${other}: add it, or set E2E_PLUGINS=real`)
      configured = await connect(host as string | undefined)
      const response = new messages.ConfigureResponse()
      response.setSupportspreview(true)
      return response
    }),
    check: method((request: messages.CheckRequest) => {
      const response = new messages.CheckResponse()
      response.setInputs(encode(checked(request.getUrn(), decode(request.getOlds()), decode(request.getNews()))))
      return response
    }),
    diff: method((request: messages.DiffRequest) => diff(kindOf(request.getUrn()), request)),
    create: method(async (request: messages.CreateRequest) => {
      const kind = kindOf(request.getUrn())
      const inputs = decode(request.getProperties())
      const response = new messages.CreateResponse()
      const made = request.getPreview() ? planned(kind, inputs) : await kind.create(client(), inputs)
      response.setId(made.id)
      response.setProperties(encode(made.state))
      return response
    }),
    read: method(async (request: messages.ReadRequest) => {
      const [inputs, known] = [decode(request.getInputs()), decode(request.getProperties())]
      const found = await kindOf(request.getUrn()).read(client(), request.getId(), known)
      const response = new messages.ReadResponse()
      if (!found) return response
      response.setId(found.id)
      response.setProperties(encode(found.state))
      // What was declared, as it is now.
      const names = Object.keys(inputs)
      response.setInputs(encode(Object.fromEntries(names.map((name) => [name, found.state[name] ?? inputs[name]]))))
      return response
    }),
    update: method(async (request: messages.UpdateRequest) => {
      const [olds, news] = [decode(request.getOlds()), decode(request.getNews())]
      if (!request.getPreview()) await kindOf(request.getUrn()).update(client(), request.getId(), olds, news)
      const response = new messages.UpdateResponse()
      response.setProperties(encode({ ...olds, ...news }))
      return response
    }),
    delete: method(async (request: messages.DeleteRequest) => {
      await kindOf(request.getUrn()).delete(client(), request.getId(), decode(request.getProperties()))
      return new empty.Empty()
    }),
    cancel: method(() => new empty.Empty()),
    attach: method(() => new empty.Empty()),
  })
  return server
}

/** The inputs with their defaults; a name that is not declared is made up once ([pulumi] `SetAutonaming`). */
function checked(urn: string, olds: Properties, news: Properties): Properties {
  const { traits } = kindOf(urn)
  const other = Object.keys(news).find((name) => !(name in traits))
  if (other) throw new Error(`the stand-in for docker does not know ${other}: add it, or set E2E_PLUGINS=real`)
  const defaults = Object.entries(traits).flatMap(([name, { otherwise }]) =>
    otherwise === undefined ? [] : [[name, otherwise]],
  )
  const name = () => olds.name ?? `${urn.split("::").at(-1)}-${randomBytes(4).toString("hex").slice(0, 7)}`
  return { name: news.name ?? name(), ...Object.fromEntries(defaults), ...news }
}

function diff(kind: Kind, request: messages.DiffRequest): messages.DiffResponse {
  const changed = difference(kind, decode(request.getOlds()), decode(request.getNews()))
  const replaces = changed.filter((name) => kind.traits[name]?.replaces)
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges
  const response = new messages.DiffResponse()
  response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
  response.setDiffsList(changed)
  response.setReplacesList(replaces)
  response.setDeletebeforereplace(kind.deleteFirst && replaces.length > 0)
  response.setHasdetaileddiff(true)
  for (const name of changed) {
    const { UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind
    const entry = new messages.PropertyDiff()
    entry.setKind(replaces.includes(name) ? UPDATE_REPLACE : UPDATE)
    response.getDetaileddiffMap().set(name, entry)
  }
  return response
}

/** What a preview can say of what is not there yet. */
function planned({ outputs }: Kind, inputs: Properties): { id: string; state: Properties } {
  return { id: "", state: { ...Object.fromEntries(outputs.map((name) => [name, unknown])), ...inputs } }
}
