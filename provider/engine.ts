import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { credentials } from "@grpc/grpc-js"
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js"
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js"
import { shown } from "../core/escape.ts"
import { type Notice, noticeText } from "../core/notice.ts"
import type { Log } from "./resource.ts"

const longest = 4000

/** The engine that started us. */
export interface Engine {
  log(urn: string): Log
  /** Messages that are still on their way. */
  settled(): Promise<void>
}

/** @param address where the engine listens; without one (a test that speaks gRPC itself) messages go nowhere */
export function connect(address: string | undefined): Engine {
  if (!address) return { log: () => () => {}, settled: async () => {} }
  const client = new engineService.EngineClient(address, credentials.createInsecure())
  const underWay = new Set<Promise<void>>()
  const send = (urn: string, ...[severity, notice]: Parameters<Log>): void => {
    const request = new engineMessages.LogRequest()
    request.setSeverity(engineMessages.LogSeverity[severity === "warning" ? "WARNING" : "INFO"])
    request.setEphemeral(severity === "status")
    request.setUrn(urn)
    request.setMessage(textOf(notice))
    const sent = new Promise<void>((resolve) => client.log(request, () => resolve()))
    underWay.add(sent)
    void sent.then(() => underWay.delete(sent))
  }
  return {
    log: (urn) => (severity, notice) => send(urn, severity, notice),
    settled: async () => void (await Promise.all(underWay)),
  }
}

function textOf(notice: string | Notice): string {
  return noticeText(typeof notice === "string" ? { message: notice } : notice, (text) => shown(text, longest))
}

/**
 * Whether we run for `pulumi destroy`. The protocol does not tell, and calls nothing of ours in the preview of a
 * deletion but Read; the command line of the engine, our parent, does.
 */
export function destroying(): boolean {
  asked ??= commandOf(engineCommand())
  return ["destroy", "down", "dn"].includes(asked)
}

let phase: "preview" | "up" | undefined

/** What a Create or an Update tells of this process: the preview of an `up` and its work are not done by the same. */
export function notePhase(preview: boolean): void {
  phase = preview ? "preview" : "up"
}

/** Whether only a preview is made: as far as that was told, and else as the engine's command says. */
export function previewing(): boolean {
  if (phase) return phase === "preview"
  asked ??= commandOf(engineCommand())
  return ["preview", "pre"].includes(asked)
}

/** The engine's command; asked for once a run. */
let asked: string | undefined

function commandOf(words: readonly string[]): string {
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? ""
    if (optionsWithValue.includes(word)) at++
    else if (!word.startsWith("-")) return word
  }
  return ""
}

/** Pulumi's options that can stand before its command and take the next word. */
const optionsWithValue = ["-C", "--cwd", "--color", "-v", "--verbose", "--tracing", "--profiling", "-s", "--stack"]

function engineCommand(): string[] {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${process.ppid}/cmdline`, "utf8").split("\0")
    return execFileSync("ps", ["-o", "args=", "-p", String(process.ppid)], { encoding: "utf8" })
      .trim()
      .split(" ")
  } catch {
    return []
  }
}
