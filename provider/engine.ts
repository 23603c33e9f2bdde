import { credentials } from "@grpc/grpc-js"
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js"
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js"
import { shown } from "../core/escape.ts"
import { formatNotice, type Notice } from "../core/notice.ts"
import type { Log } from "./resource.ts"

const longest = 4000

/** The engine that started this provider. */
export interface Engine {
  log(urn: string): Log
  /** Waits until all messages are delivered. */
  flush(): Promise<void>
}

/** Connects to the engine. @param address without one (a test that speaks gRPC itself) messages are dropped */
export function connect(address: string | undefined): Engine {
  if (!address) return { log: () => () => {}, flush: async () => {} }
  const client = new engineService.EngineClient(address, credentials.createInsecure())
  const pending = new Set<Promise<void>>()
  const send = (urn: string, ...[severity, notice]: Parameters<Log>): void => {
    const request = new engineMessages.LogRequest()
    request.setSeverity(engineMessages.LogSeverity[severity === "warning" ? "WARNING" : "INFO"])
    request.setEphemeral(severity === "status")
    request.setUrn(urn)
    request.setMessage(textOf(notice))
    const sent = new Promise<void>((resolve) => client.log(request, () => resolve()))
    pending.add(sent)
    void sent.then(() => pending.delete(sent))
  }
  return {
    log: (urn) => (severity, notice) => send(urn, severity, notice),
    flush: async () => void (await Promise.all(pending)),
  }
}

function textOf(notice: string | Notice): string {
  return formatNotice(typeof notice === "string" ? { message: notice } : notice, (text) => shown(text, longest))
}
