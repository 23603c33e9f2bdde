import grpc from "@grpc/grpc-js"
import plugin from "@pulumi/pulumi/proto/plugin_pb.js"
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js"
import messages from "@pulumi/pulumi/proto/provider_pb.js"
import empty from "google-protobuf/google/protobuf/empty_pb.js"

/** The least that a provider of refreshed resources can do: every answer is what was asked. */
const server = new grpc.Server()
server.addService(service.ResourceProviderService, {
  handshake: answer(() => {
    const response = new messages.ProviderHandshakeResponse()
    response.setAcceptSecrets(true)
    response.setAcceptResources(true)
    response.setAcceptOutputs(true)
    return response
  }),
  getPluginInfo: answer(() => {
    const response = new plugin.PluginInfo()
    response.setVersion("0.0.1")
    return response
  }),
  configure: answer(() => {
    const response = new messages.ConfigureResponse()
    response.setAcceptsecrets(true)
    response.setAcceptresources(true)
    response.setAcceptoutputs(true)
    response.setSupportspreview(true)
    return response
  }),
  checkConfig: answer(inputs),
  check: answer(inputs),
  diffConfig: answer(() => new messages.DiffResponse()),
  diff: answer(() => {
    const response = new messages.DiffResponse()
    response.setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE)
    return response
  }),
  create: answer((request: messages.CreateRequest) => {
    const response = new messages.CreateResponse()
    response.setId("noop")
    response.setProperties(request.getProperties())
    response.setRefreshBeforeUpdate(true)
    return response
  }),
  read: answer((request: messages.ReadRequest) => {
    const response = new messages.ReadResponse()
    response.setId(request.getId())
    response.setInputs(request.getInputs())
    response.setProperties(request.getProperties())
    response.setRefreshBeforeUpdate(true)
    return response
  }),
  update: answer((request: messages.UpdateRequest) => {
    const response = new messages.UpdateResponse()
    response.setProperties(request.getNews())
    response.setRefreshBeforeUpdate(true)
    return response
  }),
  delete: answer(() => new empty.Empty()),
  cancel: answer(() => new empty.Empty()),
  attach: answer(() => new empty.Empty()),
})
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_error, port) => {
  process.stdout.write(`${port}\n`)
})
process.on("SIGINT", () => process.exit(0))

function answer<Request, Response>(give: (request: Request) => Response): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => callback(null, give(call.request))
}

function inputs(request: messages.CheckRequest): messages.CheckResponse {
  const response = new messages.CheckResponse()
  response.setInputs(request.getNews())
  return response
}
