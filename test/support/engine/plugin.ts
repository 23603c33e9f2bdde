import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { dirname, resolve } from "node:path"
import { createInterface } from "node:readline"
import { credentials, type ServiceError } from "@grpc/grpc-js"
import service, { type ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js"
import messages from "@pulumi/pulumi/proto/provider_pb.js"
import structs, { type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js"
import { type Message, startEngineLog } from "./log.ts"
import type { Raw } from "./wire.ts"

/** The provider as the engine runs it: a process of its own, spoken to over gRPC. */
export interface Plugin {
  readonly process: ChildProcess
  /** Of calls that have no method here. */
  readonly client: ResourceProviderClient
  /** What it told the person at the terminal. */
  readonly messages: Message[]
  /** Every answer it gave. */
  readonly answers: unknown[]
  /** The inputs in its answers, which the engine keeps and logs, by whose they are. */
  readonly inputs: { readonly urn: string; readonly inputs: Raw }[]
  readonly stdout: string[]
  readonly stderr: string[]
  check(urn: string, news: Raw): Promise<{ inputs: Raw; failures: readonly { property: string; reason: string }[] }>
  diff(
    urn: string,
    id: string,
    olds: Raw,
    news: Raw,
  ): Promise<{ changes: string[]; replaces: string[]; detailed: string[] }>
  create(urn: string, news: Raw, preview?: boolean): Promise<{ id: string; outputs: Raw; refresh: boolean }>
  read(urn: string, id: string, inputs?: Raw, state?: Raw): Promise<{ id: string; inputs: Raw; outputs: Raw }>
  update(urn: string, id: string, change: Change, preview?: boolean): Promise<Raw>
  delete(urn: string, id: string, olds: Raw, oldInputs: Raw): Promise<void>
  stop(): Promise<void>
}

export interface Change {
  readonly olds: Raw
  readonly oldInputs: Raw
  readonly news: Raw
}

export const launcher: string = resolve(import.meta.dirname, "../../../provider/pulumi-resource-gatekey")

/** This test's own Node first, so that the launcher finds it. */
export function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...more }
}

/** @param command what starts the provider; the engine's address is added to it */
export async function startPlugin(
  env: NodeJS.ProcessEnv = {},
  command: readonly string[] = [launcher],
): Promise<Plugin> {
  const engine = await startEngineLog()
  const [program = launcher, ...args] = command
  const child = spawn(program, [...args, engine.address], { env: environment(env), stdio: ["ignore", "pipe", "pipe"] })
  const stdout: string[] = []
  const stderr: string[] = []
  createInterface(child.stderr).on("line", (line) => stderr.push(line))
  const lines = createInterface(child.stdout).on("line", (line) => stdout.push(line))
  await Promise.race([once(lines, "line"), once(child, "exit")])
  const client = new service.ResourceProviderClient(`127.0.0.1:${stdout[0]}`, credentials.createInsecure())
  const stop = async () => {
    client.close()
    engine.stop()
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill("SIGTERM")
    await once(child, "exit")
  }
  const answers: unknown[] = []
  const inputs: Plugin["inputs"] = []
  const spoken = { ...calls(client, answers, inputs), messages: engine.messages, answers, inputs }
  return { ...spoken, process: child, client, stdout, stderr, stop }
}

/** An answer, or the error in the provider's words. */
export function ask<Answer>(
  call: (done: (error: ServiceError | null, answer: Answer) => void) => unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    call((error, answer) => (error ? reject(new Error(error.details)) : resolve(answer)))
  })
}

function calls(client: ResourceProviderClient, answers: unknown[], inputs: Plugin["inputs"]) {
  const keep = <T>(answer: T): T => {
    answers.push(answer)
    return answer
  }
  const keepInputs = <T extends { readonly inputs: Raw }>(urn: string, answer: T): T => {
    inputs.push({ urn, inputs: answer.inputs })
    return keep(answer)
  }
  const failed = (error: Error) => {
    answers.push(error.message)
    throw error
  }
  return {
    async check(urn: string, news: Raw) {
      const request = new messages.CheckRequest().setUrn(urn).setNews(struct(news))
      const answer = await ask<messages.CheckResponse>((done) => client.check(request, done)).catch(failed)
      const failures = answer.getFailuresList().map((one) => ({ property: one.getProperty(), reason: one.getReason() }))
      const checked = { inputs: raw(answer.getInputs()), failures }
      return failures.length > 0 ? keep(checked) : keepInputs(urn, checked)
    },
    async diff(urn: string, id: string, olds: Raw, news: Raw) {
      const request = new messages.DiffRequest().setUrn(urn).setId(id)
      request.setOlds(struct(olds)).setNews(struct(news))
      const answer = await ask<messages.DiffResponse>((done) => client.diff(request, done)).catch(failed)
      const { DIFF_SOME } = messages.DiffResponse.DiffChanges
      const changes = answer.getChanges() === DIFF_SOME ? answer.getDiffsList() : []
      const detailed = [...answer.getDetaileddiffMap().keys()] as string[]
      return keep({ changes, replaces: answer.getReplacesList(), detailed })
    },
    async create(urn: string, news: Raw, preview = false) {
      const request = new messages.CreateRequest().setUrn(urn).setProperties(struct(news)).setPreview(preview)
      const answer = await ask<messages.CreateResponse>((done) => client.create(request, done)).catch(failed)
      const outputs = raw(answer.getProperties())
      return keep({ id: answer.getId(), outputs, refresh: answer.getRefreshBeforeUpdate() })
    },
    async read(urn: string, id: string, inputs: Raw = {}, state: Raw = {}) {
      const request = new messages.ReadRequest().setUrn(urn).setId(id)
      request.setInputs(struct(inputs)).setProperties(struct(state))
      const answer = await ask<messages.ReadResponse>((done) => client.read(request, done)).catch(failed)
      const outputs = raw(answer.getProperties())
      return keepInputs(urn, { id: answer.getId(), inputs: raw(answer.getInputs()), outputs })
    },
    async update(urn: string, id: string, { olds, oldInputs, news }: Change, preview = false) {
      const request = new messages.UpdateRequest().setUrn(urn).setId(id).setPreview(preview)
      request.setOlds(struct(olds)).setOldInputs(struct(oldInputs)).setNews(struct(news))
      const answer = await ask<messages.UpdateResponse>((done) => client.update(request, done)).catch(failed)
      return keep(raw(answer.getProperties()))
    },
    async delete(urn: string, id: string, olds: Raw, oldInputs: Raw) {
      const request = new messages.DeleteRequest().setUrn(urn).setId(id)
      request.setProperties(struct(olds)).setOldInputs(struct(oldInputs))
      await ask((done) => client.delete(request, done)).catch(failed)
    },
  }
}

function struct(properties: Raw): structs.Struct {
  return structs.Struct.fromJavaScript(properties as Record<string, JavaScriptValue>)
}

function raw(struct: structs.Struct | undefined): Raw {
  return (struct?.toJavaScript() ?? {}) as Raw
}
