import { Secret } from "../../../core/secret.ts"
import type { Verdict } from "../../../gateways/verdict.ts"
import type { FileSnapshot } from "../../../hosts/host.ts"
import type { PortSnapshot as Port } from "../../../probes/listeners/snapshot.ts"
import { readHome } from "../../../survey/collect/home-reading.ts"
import { membersOf } from "../../../survey/collect/members.ts"
import type { Survey, Target } from "../../../survey/collect/survey.ts"
import type { File, HomeSnapshot, Process } from "../../../survey/files/home-snapshot.ts"
import type { Kind } from "../../../survey/files/kinds.ts"
import { optionsIn } from "../../../survey/files/options.ts"
import { patterns } from "../../../survey/files/patterns.ts"
import { startsOf } from "../../../survey/files/starts.ts"
import { withCredential, withSecret } from "../../../survey/resolve/by-secret.ts"
import type { Inquiry } from "../../../survey/resolve/inquiry.ts"
import { Letters } from "../../../survey/resolve/letters.ts"
import { modeOf } from "../../../survey/resolve/modes.ts"
import type { GatewayView, NodeView } from "../../../survey/resolve/view.ts"
import { winnerOf } from "../../../survey/resolve/winner.ts"

export const home = "/home/tw"

/** A file of a home on paper: its content, and what else a look tells of it. */
export type Paper =
  | string
  | Uint8Array
  | (Partial<Omit<File, "path">> & { readonly look?: FileSnapshot; readonly text?: string })
export interface Papers {
  readonly [path: string]: Paper
}

/** As `look.ts` sorts them: the first pattern that fits; a file that none fits needs its `kind`. */
export function fileOf(path: string, paper: Paper = ""): File {
  const { look: _, text: __, ...more } = typeof paper === "string" || paper instanceof Uint8Array ? {} : paper
  const found = patterns.find(({ glob }) => fits(glob, path))
  const kind: Kind | undefined = more.kind ?? found?.kind
  if (!kind) throw new Error(`no pattern fits ${path}`)
  const own = {
    ...(found?.product ? { product: found.product } : {}),
    ...(found?.role ? { role: found.role } : {}),
  }
  return { mode: 0o600, uid: 1000, links: 1, mtime: 1_000, isLink: false, ...own, ...more, kind, path: absolute(path) }
}

export function lookOf(paper: Paper): FileSnapshot {
  const bytes = (text: string | Uint8Array) => Buffer.from(text as string)
  if (typeof paper === "string" || paper instanceof Uint8Array)
    return { kind: "file", bytes: bytes(paper), mode: 0o600, leftover: false }
  return paper.look ?? { kind: "file", bytes: bytes(paper.text ?? ""), mode: paper.mode ?? 0o600, leftover: false }
}

function absolute(path: string): string {
  return path.replace(/^~(?=\/)/, home)
}

function fits(glob: string, path: string): boolean {
  const pattern = glob.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*")
  return new RegExp(`^${pattern}$`).test(path)
}

/** A home on paper. */
export function surveyOf(
  papers: Papers,
  {
    snapshot = {},
    target = { host: "local", home: "~" },
    ports = new Map<number, Port>(),
    ...more
  }: { snapshot?: Partial<HomeSnapshot>; target?: Target; ports?: ReadonlyMap<number, Port> } & Partial<
    Pick<Survey, "containers" | "stores" | "surveyedAt" | "proxies">
  > = {},
): Survey {
  const files = Object.entries(papers).map(([path, paper]) => fileOf(path, paper))
  const looks = new Map(Object.entries(papers).map(([path, paper]) => [absolute(path), lookOf(paper)]))
  const plain: HomeSnapshot = {
    ...{ home, real: home, uid: 1000, user: "tw", owner: 1000, name: "tw.local", addresses: ["127.0.0.1", "10.0.0.2"] },
    ...{ now: 10_000, system: "Linux", crontab: [], session: [], processes: [] },
    ...snapshot,
    files,
  }
  const found = { ...readHome(plain, looks), starts: startsOf(plain, looks) }
  return {
    ...{ target, ...found, members: membersOf(found), ports },
    ...{ containers: { client: undefined, containers: [] }, stores: [], surveyedAt: 10_000, ...more },
  }
}

/** A live process: its words, and what it was given. */
export function processOf(
  words: string,
  given: { readonly [name: string]: string } = {},
  more: Partial<Process> = {},
): Process {
  const all = words.split(" ")
  const role = all.includes("node") && !all.includes("gateway") ? "node" : "gateway"
  return {
    ...{ pid: 700, parent: 1, uid: 1000, product: all[0]?.includes("clawdbot") ? "clawdbot" : "openclaw", role },
    ...optionsIn(all, role),
    ...{ started: 5_000, service: undefined, apart: false, seen: true, argumentsSeen: true, home },
    environment: new Map(Object.entries({ PATH: "", ...given }).map(([name, value]) => [name, new Secret(value)])),
    ...more,
  }
}

/** The views of a survey's members, as `worldOf` makes them, with what the wire would say. */
export function gatewayOf(survey: Survey, more: Partial<GatewayView> = {}): GatewayView {
  const found = viewOf(survey, "gateway")
  const mode = modeOf(found.member, survey)
  const view = withSecret(found, mode)
  const { wins } = view.live
  const {
    verdict = { kind: wins && !wins.value && !wins.unknown ? "answers" : wins ? "accepted" : "answers" } as Verdict,
  } = more
  const inUse = verdict.kind === "accepted" && wins?.value ? { inUse: { ...wins, value: wins.value } } : {}
  const inquiry: Inquiry = { verdict, anonymous: { kind: "answers" }, refused: [], untried: 0, ...inUse }
  const common = { predicted: view.live, mode, inquiry, verdict, pairings: undefined, runtimeToken: false }
  return { ...view, ...common, ...more }
}

export function nodeOf(survey: Survey, more: Partial<NodeView> = {}): NodeView {
  const view = viewOf(survey, "node")
  const own = more.gateway?.credential === "password" ? withCredential(view, "password") : view
  return { ...own, url: undefined, gateway: undefined, passage: undefined, ...more }
}

function viewOf(survey: Survey, role: "gateway" | "node") {
  const member = survey.members.find((each) => each.role === role)
  if (!member) throw new Error(`the home has no ${role}`)
  return {
    ...{ name: role === "gateway" ? "studio" : "tw", survey, member, services: [], log: [] },
    credential: "token" as const,
    ...{ live: winnerOf(member, survey), next: winnerOf(member, survey, "next") },
  }
}

/** The gateway's token is A. */
export function groundOf(gateways: readonly GatewayView[], nodes: readonly NodeView[] = []) {
  const letters = new Letters()
  for (const { live } of gateways) if (live.wins?.value) letters.letterOf(live.wins.value)
  const surveys = [...new Set([...gateways, ...nodes].map(({ survey }) => survey))]
  return { letters, world: { surveys, gateways, nodes, unseen: [] } }
}
