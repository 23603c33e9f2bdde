import grpc from "@grpc/grpc-js"
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js"
import engineMessages, { type LogRequest } from "@pulumi/pulumi/proto/engine_pb.js"
import empty from "google-protobuf/google/protobuf/empty_pb.js"
import { formatNoticeLine, type Notice, parseNotice } from "../../../core/notice.ts"

/** What a plugin told the person at the terminal. */
export interface Message {
  readonly severity: "info" | "warning" | "other"
  readonly urn: string
  /** Its sentences on one line. */
  readonly text: string
  readonly notice: Notice
  /** It stands there for a moment only. */
  readonly ephemeral: boolean
}

export interface EngineLog {
  readonly address: string
  readonly messages: Message[]
  stop(): void
}

/** As much of an engine as a plugin talks to: it takes messages. */
export async function startEngineLog(): Promise<EngineLog> {
  const messages: Message[] = []
  const { INFO, WARNING } = engineMessages.LogSeverity
  const log: grpc.handleUnaryCall<LogRequest, unknown> = ({ request }, callback) => {
    const severity = request.getSeverity()
    const notice = parseNotice(request.getMessage())
    messages.push({
      severity: severity === WARNING ? "warning" : severity === INFO ? "info" : "other",
      urn: request.getUrn(),
      text: formatNoticeLine(notice),
      notice,
      ephemeral: request.getEphemeral(),
    })
    callback(null, new empty.Empty())
  }
  const server = new grpc.Server()
  server.addService(engineService.EngineService, { log })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    )
  })
  return { address: `127.0.0.1:${port}`, messages, stop: () => server.forceShutdown() }
}
