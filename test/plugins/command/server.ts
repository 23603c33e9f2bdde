import grpc from "@grpc/grpc-js"
import plugin from "@pulumi/pulumi/proto/plugin_pb.js"
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js"
import messages from "@pulumi/pulumi/proto/provider_pb.js"
import empty from "google-protobuf/google/protobuf/empty_pb.js"
import structs, { type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js"
import type { Raw } from "../../support/engine/wire.ts"
import { method } from "../serving.ts"
import { type Change, differences } from "./differences.ts"
import { check, create, type Kind, remove, update } from "./resource.ts"
import type { Log } from "./run.ts"

const version = "1.2.1"
const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE } = messages.PropertyDiff.Kind
const kinds = { add: ADD, "add-replace": ADD_REPLACE, delete: DELETE, "delete-replace": DELETE_REPLACE, update: UPDATE }

/** The provider's protocol. infer, resource.go: there is no Read of its own, so what was written last is the answer. */
export function serve(log: (urn: string, line: string) => Promise<void>): grpc.Server {
  const server = new grpc.Server()
  const to =
    (urn: string): Log =>
    (line) =>
      log(urn, line)
  server.addService(service.ResourceProviderService, {
    handshake: method(async () => {
      const response = new messages.ProviderHandshakeResponse()
      return response.setAcceptSecrets(true).setAcceptResources(true).setAcceptOutputs(true)
    }),
    getSchema: method(async () => {
      const response = new messages.GetSchemaResponse()
      return response.setSchema(JSON.stringify({ name: "command", version }))
    }),
    getPluginInfo: method(async () => new plugin.PluginInfo().setVersion(version)),
    configure: method(async () => {
      const response = new messages.ConfigureResponse()
      return response.setAcceptsecrets(true).setAcceptresources(true).setAcceptoutputs(true).setSupportspreview(true)
    }),
    checkConfig: method(async (request: messages.CheckRequest) =>
      new messages.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: method(async () => new messages.DiffResponse()),
    attach: method(async () => new empty.Empty()),
    cancel: method(async () => new empty.Empty()),

    check: method(async (request: messages.CheckRequest) =>
      new messages.CheckResponse().setInputs(struct(check(kindOf(request.getUrn()), raw(request.getNews())))),
    ),
    diff: method(async (request: messages.DiffRequest) =>
      answer(differences(raw(request.getOldInputs()), raw(request.getNews()))),
    ),
    create: method(async (request: messages.CreateRequest) => {
      const urn = request.getUrn()
      const [kind, inputs] = [kindOf(urn), raw(request.getProperties())]
      const { id, outputs } = await create(kind, nameOf(urn), inputs, request.getPreview(), to(urn))
      return new messages.CreateResponse().setId(id).setProperties(struct(outputs))
    }),
    read: method(async (request: messages.ReadRequest) => {
      const response = new messages.ReadResponse().setId(request.getId())
      return response.setInputs(request.getInputs()).setProperties(request.getProperties())
    }),
    update: method(async (request: messages.UpdateRequest) => {
      const urn = request.getUrn()
      const [olds, news] = [raw(request.getOlds()), raw(request.getNews())]
      const outputs = await update(kindOf(urn), olds, news, request.getPreview(), to(urn))
      return new messages.UpdateResponse().setProperties(struct(outputs))
    }),
    delete: method(async (request: messages.DeleteRequest) => {
      await remove(kindOf(request.getUrn()), raw(request.getProperties()), to(request.getUrn()))
      return new empty.Empty()
    }),
  })
  return server
}

/** pulumi-go-provider, provider.go, DiffResponse.rpc: the lists name the property, the detailed difference its path. */
function answer(found: readonly Change[]): messages.DiffResponse {
  const response = new messages.DiffResponse().setHasdetaileddiff(true)
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges
  const heads = (changes: readonly Change[]) => [...new Set(changes.map(({ path }) => path.replace(/[.[].*/s, "")))]
  response.setChanges(found.length > 0 ? DIFF_SOME : DIFF_NONE).setDiffsList(heads(found))
  response.setReplacesList(heads(found.filter(({ kind }) => kind.endsWith("-replace"))))
  for (const { path, kind } of found) {
    response.getDetaileddiffMap().set(path, new messages.PropertyDiff().setKind(kinds[kind]).setInputdiff(true))
  }
  return response
}

function kindOf(urn: string): Kind {
  const type = urn.split("::")[2]?.split("$").at(-1)
  if (type === "command:local:Command") return "local"
  if (type === "command:remote:Command") return "remote"
  throw new Error(`the stand-in for the plugin command does not know ${type}`)
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::")
}

function struct(properties: Raw): structs.Struct {
  return structs.Struct.fromJavaScript(properties as Record<string, JavaScriptValue>)
}

function raw(properties: structs.Struct | undefined): Raw {
  return (properties?.toJavaScript() ?? {}) as Raw
}
