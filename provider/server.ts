import grpc from "@grpc/grpc-js"
import plugin from "@pulumi/pulumi/proto/plugin_pb.js"
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js"
import messages from "@pulumi/pulumi/proto/provider_pb.js"
import empty from "google-protobuf/google/protobuf/empty_pb.js"
import { UserError } from "../core/errors.ts"
import { escapeOutput, shown } from "../core/escape.ts"
import { containsSecret, describeKind } from "../core/kind.ts"
import { parseUrn } from "../core/urn.ts"
import { cancelSoon } from "../hosts/leaving.ts"
import type { Engine } from "./engine.ts"
import type { Resource } from "./resource.ts"
import { Run } from "./run/run.ts"
import { resourceOf } from "./table.ts"
import { version } from "./version.ts"
import { decode, encode, printableNews } from "./wire.ts"

/** Serves Pulumi's provider protocol: every method decodes, calls the resource's own, and encodes. */
export function serve(engine: Engine): grpc.Server {
  const run = new Run()
  const { method, refuse } = methodsOf(run)
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 })
  server.addService(service.ResourceProviderService, {
    handshake: method(async () => {
      const response = new messages.ProviderHandshakeResponse()
      response.setAcceptSecrets(true)
      response.setAcceptResources(true)
      response.setAcceptOutputs(true)
      return response
    }),
    getSchema: method(async () => {
      const { schema } = await import("./schema.ts")
      const response = new messages.GetSchemaResponse()
      response.setSchema(JSON.stringify(schema))
      return response
    }),
    getPluginInfo: method(async () => {
      const response = new plugin.PluginInfo()
      response.setVersion(version)
      return response
    }),
    configure: method(async () => {
      const response = new messages.ConfigureResponse()
      response.setAcceptsecrets(true)
      response.setAcceptresources(true)
      response.setAcceptoutputs(true)
      response.setSupportspreview(true)
      return response
    }),
    // The provider needs no configuration: `gatekey:…` is the program's, and the engine would copy it into the state.
    checkConfig: method(async () => {
      const response = new messages.CheckResponse()
      response.setInputs(encode({}))
      return response
    }),
    diffConfig: method(async () => new messages.DiffResponse()),
    attach: method(async () => new empty.Empty()),
    cancel: method(async () => {
      cancelSoon()
      return new empty.Empty()
    }),
    invoke: refuse("has no functions"),
    call: refuse("has no methods"),
    construct: refuse("has no remote components"),
    list: refuse("lists nothing"),
    parameterize: refuse("accepts no parameters"),
    getMapping: method(async () => new messages.GetMappingResponse()),
    getMappings: method(async () => new messages.GetMappingsResponse()),

    check: method(async (request: messages.CheckRequest) => {
      const urn = request.getUrn()
      const { inputs, failures = [] } = await (await resource(urn)).check({
        run,
        urn,
        news: decode(request.getNews()),
        fresh: Object.keys(decode(request.getOlds())).length === 0,
        log: engine.log(urn),
      })
      await engine.flush()
      const response = new messages.CheckResponse()
      response.setInputs(encode(inputs))
      response.setFailuresList(
        failures.map(({ property, reason }) => {
          const failure = new messages.CheckFailure()
          failure.setProperty(escapeOutput(property))
          failure.setReason(escapeOutput(reason))
          return failure
        }),
      )
      return response
    }),

    diff: method(async (request: messages.DiffRequest) => {
      const urn = request.getUrn()
      const log = engine.log(urn)
      const { changes, replaces = [] } = (await resource(urn)).diff({
        run,
        urn,
        id: request.getId(),
        olds: decode(request.getOlds()),
        news: decode(request.getNews()),
        log,
      })
      const response = new messages.DiffResponse()
      const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges
      response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
      response.setDiffsList([...changes])
      response.setReplacesList([...replaces])
      response.setHasdetaileddiff(true)
      for (const change of changes) {
        const { UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind
        const entry = new messages.PropertyDiff()
        entry.setKind(replaces.includes(change) ? UPDATE_REPLACE : UPDATE)
        entry.setInputdiff(true)
        response.getDetaileddiffMap().set(change, entry)
      }
      await engine.flush()
      return response
    }),

    create: method(async (request: messages.CreateRequest) => {
      const urn = request.getUrn()
      const news = decode(request.getProperties())
      run.command.notePhase(request.getPreview())
      const { id, outputs } = await (await resource(urn)).create({
        run,
        urn,
        news,
        preview: request.getPreview(),
        log: engine.log(urn),
      })
      const response = new messages.CreateResponse()
      response.setId(escapeOutput(id))
      response.setProperties(encode(printableNews(news)(outputs)))
      response.setRefreshBeforeUpdate(true)
      await engine.flush()
      return response
    }),

    read: method(async (request: messages.ReadRequest) => {
      const [urn, id] = [request.getUrn(), request.getId()]
      const [inputs, state] = [decode(request.getInputs()), decode(request.getProperties())]
      // An import: the user typed the id.
      if (Object.keys(state).length === 0 && containsSecret(id))
        throw new UserError(
          `${describeKind(id)} is not a valid id: it contains what looks like a secret; name the place, not the token`,
        )
      const observed = await (await resource(urn)).read({ run, urn, id, inputs, state, log: engine.log(urn) })
      await engine.flush()
      const response = new messages.ReadResponse()
      if (!observed) return response
      const clean = printableNews(inputs, state)
      response.setId(escapeOutput(observed.id))
      response.setInputs(encode(clean(observed.inputs)))
      response.setProperties(encode(clean(observed.outputs)))
      response.setRefreshBeforeUpdate(true)
      return response
    }),

    update: method(async (request: messages.UpdateRequest) => {
      const urn = request.getUrn()
      run.command.notePhase(request.getPreview())
      const [olds, news] = [decode(request.getOlds()), decode(request.getNews())]
      const outputs = await (await resource(urn)).update({
        run,
        urn,
        id: request.getId(),
        olds,
        oldInputs: decode(request.getOldInputs()),
        news,
        preview: request.getPreview(),
        log: engine.log(urn),
      })
      const response = new messages.UpdateResponse()
      response.setProperties(encode(printableNews(olds, news)(outputs)))
      response.setRefreshBeforeUpdate(true)
      await engine.flush()
      return response
    }),

    delete: method(async (request: messages.DeleteRequest) => {
      const urn = request.getUrn()
      await (await resource(urn)).delete({
        run,
        urn,
        olds: decode(request.getProperties()),
        oldInputs: decode(request.getOldInputs()),
        log: engine.log(urn),
      })
      await engine.flush()
      return new empty.Empty()
    }),
  })
  return server
}

/** Returns the resource for the type in `urn:pulumi:stack::project::parent$type::name`. */
async function resource(urn: string): Promise<Resource> {
  const { type } = parseUrn(urn)
  const found = await resourceOf(type)
  if (!found) throw new UserError(`gatekey has no resource type ${type}`)
  return found
}

/** Makes gRPC methods, all of them steps of one run. */
function methodsOf({ activity }: Run) {
  /** Makes a method. A UserError is answered with its message; our own fault with its stack, which contains no values. */
  function method<Request, Response>(
    work: (request: Request) => Promise<Response>,
  ): grpc.handleUnaryCall<Request, Response> {
    return (call, callback) => {
      activity
        .runStep(() => work(call.request))
        .then(
          (response) => callback(null, response),
          (error) => {
            const message =
              error instanceof UserError
                ? shown(error.message, 4000)
                : escapeOutput(`gatekey failed: ${error?.stack ?? error}`)
            callback({ code: grpc.status.UNKNOWN, details: message })
          },
        )
    }
  }

  function refuse(what: string): grpc.handleUnaryCall<unknown, unknown> {
    return method(async () => {
      throw new UserError(`the provider gatekey ${what}`)
    })
  }
  return { method, refuse }
}
