import { createHash } from "node:crypto"
import { describeFingerprint, describeValue } from "../../../core/describe-token.ts"
import { computeFingerprint, type Ring } from "../../../core/ring.ts"
import type { Secret } from "../../../core/secret.ts"
import { describeWeakness } from "../../../core/strength.ts"
import { file as secretFile } from "../../../places/file.ts"
import {
  type DefinitionCode,
  describeDefinition,
  describeProcess,
  isOff,
  isUp,
} from "../../../probes/services/describe.ts"
import { managers } from "../../../probes/services/index.ts"
import type { FileState, LiveProcess, ProcessState, ServiceSnapshot } from "../../../probes/services/manager.ts"
import type { ServiceFaults } from "../../../probes/services/plan.ts"
import type { Run } from "../../run/run.ts"
import { type ServiceInputs, serviceOf, stackToken } from "./inputs.ts"

/** What is remembered of one process: it cannot be read any more once its files have changed. */
export interface Ran {
  /** The id of the process. */
  readonly process: string
  /** The fingerprint of the token that its file contained when it started. */
  readonly took?: string
  /** The digest of the definition that it started from. */
  readonly definition?: string
  /** What it ran with after a restart: another restart would not help. */
  readonly tried?: string
}

/** The described properties; each is a difference of its own. */
export const layers = ["definition", "process", "runsWith"] as const

export interface ServiceDescription {
  readonly definition: string
  readonly process: string
  readonly runsWith: string
  /** The codes of the three. Absent from the state of earlier versions until the next read. */
  readonly codes?: Codes
}

interface Codes {
  readonly definition: DefinitionCode
  readonly process: ProcessState["kind"]
  /** `unknown`: what it runs with cannot be known now. */
  readonly runsWith: "known" | "unknown"
}

interface RunsWith {
  readonly code: Codes["runsWith"]
  readonly message: string
}

/** A snapshot, its description, and its faults. */
export interface ServiceEvaluation {
  readonly snapshot: ServiceSnapshot
  readonly description: ServiceDescription
  readonly faults: ServiceFaults
  readonly ran: Ran | undefined
  /** It is a gateway that answers, so it accepts another token without a restart. */
  readonly answers: boolean
  /** It has one of the stack's tokens in its environment, and ignores it. */
  readonly hasCopy: boolean
  /** The declared definition, if gatekey owns it. */
  readonly declared: { readonly text: string; readonly mode: number } | undefined
}

export async function evaluateSnapshot(
  run: Run,
  snapshot: ServiceSnapshot,
  inputs: ServiceInputs,
  memory: { ring?: Ring; ran?: Ran; taken?: Secret; unasked?: string },
): Promise<ServiceEvaluation> {
  const { taken, unasked } = memory
  const { program, must } = inputs
  const manager = managers[inputs.manager]
  const declared = program && manager.createDefinition(serviceOf(inputs), program, snapshot.home)
  const content = declared !== undefined && !isText(snapshot.file, declared.text)
  const ring = await ringOf(run, inputs, memory.ring, snapshot, taken)
  const named = (value: string) => (!ring && isKept(run, ring, value) ? stackToken : describeValue(value, ring).message)
  const ignored = ignoresEnvironment(run, snapshot, inputs, ring)
  const loaded = "tokens" in snapshot.loaded ? snapshot.loaded.tokens : []
  const right = must === "token" ? inputs.runsWith : undefined
  const wrongToken = loaded.map(named).find((words) => words !== right)
  const print = (value: string) => ring && computeFingerprint(ring.key, value)
  const ran = snapshot.live && ranOf(snapshot, snapshot.live, memory.ran, print)
  const process = describeProcess(snapshot.process, snapshot.live)
  const definition = describeDefinition(snapshot, { content, token: wrongToken, optional: inputs.optional === true })
  const runsWith = describeRunsWith(snapshot, inputs, { ran, ring, taken, unasked, ignored }, named)
  const shown: ServiceDescription = {
    definition: definition.message,
    process,
    runsWith: runsWith.message,
    codes: { definition: definition.code, process: snapshot.process.kind, runsWith: runsWith.code },
  }
  const older = declared !== undefined && ran?.definition !== undefined && ran.definition !== digest(declared.text)
  return {
    snapshot,
    description: shown,
    ran,
    answers: taken !== undefined,
    hasCopy: ignored && snapshot.live !== undefined && snapshot.live.tokens.length > 0,
    declared,
    faults: {
      declared: declared && Buffer.from(declared.text),
      content,
      tokens: wrongToken !== undefined,
      ignored,
      process: !isRight(run, "runsWith", shown, inputs) && !(taken && (ignored || snapshot.live?.tokens.length === 0)),
      older,
    },
  }
}

/**
 * Checks whether all tokens in a gateway's environment are the stack's own. Its config overrides them, so they do no harm,
 * and are gone with its next start.
 */
function ignoresEnvironment(
  run: Run,
  { live, loaded }: ServiceSnapshot,
  { gateway, must }: ServiceInputs,
  ring: Ring | undefined,
): boolean {
  const given = "tokens" in loaded ? loaded : undefined
  if (!gateway || must === "token" || !live?.hasEnvironment || live.isFlag || given?.isFlag) return false
  return [...live.tokens, ...(given?.tokens ?? [])].every((value) => isKept(run, ring, value))
}

/** Checks whether a token is the stack's, and is not about to be replaced. */
function isKept(run: Run, ring: Ring | undefined, value: string): boolean {
  return run.tokens.isOurs(ring, value) && !describeWeakness(value)
}

/** Checks whether a property is as wanted; a service that its user disabled is, if that is allowed. */
export function isRight(
  run: Run,
  property: (typeof layers)[number],
  shown: ServiceDescription,
  wanted: Pick<ServiceInputs, (typeof layers)[number] | "optional" | "host">,
): boolean {
  if (isSkipped(run, shown, wanted)) return true
  if (property === "definition") return shown.definition === wanted.definition
  const { process, runsWith } = shown.codes ?? {}
  if (property === "process") return isUp(process)
  return process !== "running" || shown.runsWith === wanted.runsWith || runsWith === "unknown"
}

/** Checks whether the service is skipped: an optional one that is off or unreadable, or one whose host may be behind. */
export function isSkipped(
  run: Run,
  { codes }: ServiceDescription,
  { optional, host }: Pick<ServiceInputs, "optional" | "host">,
): boolean {
  const definition = codes?.definition
  const unseen = definition === "unknown"
  return optional === true ? isOff(definition) || unseen : unseen && run.lagging.mayLag(host)
}

async function ringOf(
  run: Run,
  { token }: ServiceInputs,
  remembered: Ring | undefined,
  snapshot: ServiceSnapshot,
  taken: Secret | undefined,
): Promise<Ring | undefined> {
  const value = snapshot.live?.tokens[0] ?? taken?.reveal() ?? valueIn(snapshot.reads)
  return value === undefined
    ? (remembered ?? run.tokens.ringOfToken(token))
    : run.tokens.ringFor(token, remembered, value)
}

interface Known {
  readonly ran: Ran | undefined
  readonly ring: Ring | undefined
  readonly taken: Secret | undefined
  /** Why a gateway that answers could not be asked. */
  readonly unasked: string | undefined
  readonly ignored: boolean
}

function describeRunsWith(
  { process, live }: ServiceSnapshot,
  { must, reads, otherwise }: ServiceInputs,
  { ran, ring, taken, unasked, ignored }: Known,
  named: (value: string) => string,
): RunsWith {
  const known = (message: string): RunsWith => ({ code: "known", message })
  const unknown = (message: string): RunsWith => ({ code: "unknown", message })
  if (process.kind === "starting" || process.kind === "draining") return known("not known before it has started")
  if (process.kind !== "running" || !live) return known("nothing: it does not run")
  const [token] = live.tokens
  if (token !== undefined && !ignored)
    return known(must === "token" || !reads ? named(token) : `${named(token)}, from its environment`)
  if (!live.hasEnvironment) return unknown("unknown: the environment of its process cannot be read")
  if (must === "token") return known("no token")
  if (!reads) return known(`no token (${otherwise})`)
  if (taken) return known(named(taken.reveal()))
  if (token !== undefined && ran?.took === undefined) return known(named(token))
  // A slow answer says nothing about the token, and a restart would make it slower.
  if (unasked !== undefined && ran?.took === undefined)
    return unknown(`unknown: the gateway could not be asked: ${unasked}`)
  return known(
    ran?.took === undefined ? "a token from before its file was written" : describeFingerprint(ran.took, ring),
  )
}

/** Returns what is known of the process: from memory if it is the same one, else from its files that have not changed. */
function ranOf(
  snapshot: ServiceSnapshot,
  live: LiveProcess,
  before: Ran | undefined,
  print: (value: string) => string | undefined,
): Ran {
  const value = isOlder(snapshot.reads, live) ? valueIn(snapshot.reads) : undefined
  const took = value === undefined ? undefined : print(value)
  const definition =
    isOlder(snapshot.file, live) && snapshot.file.kind === "file" ? digest(snapshot.file.bytes) : undefined
  const now = { process: live.id, ...(took ? { took } : {}), ...(definition ? { definition } : {}) }
  return before?.process === live.id ? { ...now, ...before } : now
}

/** Checks whether a file is older than the process: times are whole seconds, so the start's second counts as older. */
function isOlder(file: FileState, { started }: LiveProcess): boolean {
  return file.kind === "file" && file.mtime <= Math.floor(started) + 1
}

function valueIn(file: FileState): string | undefined {
  if (file.kind !== "file") return undefined
  const found = secretFile.find(file.bytes, "*")
  return found.kind === "value" ? found.value : undefined
}

function isText(file: FileState, text: string): boolean {
  return file.kind === "file" && Buffer.from(file.bytes).toString("utf8") === text
}

function digest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16)
}
