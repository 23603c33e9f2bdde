import type { Link, Member } from "../fleet.ts"

/** The positions of the picture's parts. One unit is a CSS pixel at the picture's full width. */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  /** From a gateway along its nodes: corner points. */
  readonly trunks: readonly (readonly Point[])[]
  readonly branches: readonly Branch[]
}

export interface Box {
  readonly member: Member
  readonly x: number
  readonly y: number
}

/** The last, horizontal part of a node's route, from a trunk to the node's box. */
interface Branch extends Point {
  readonly link: Link
}

interface Point {
  readonly x: number
  readonly y: number
}

export const box = { width: 264, height: 78 }
/** The length of a branch beside its box. */
export const branchLength = 42
/** Left of a column, and between two. */
const indent = 56
const column = indent + box.width
const gap = 14
/** Between a gateway and its nodes, where the trunk runs. */
const lane = 30
/** Keeps lines at the edge from being cut. */
const margin = 2

/** Places each gateway with its nodes below it; then the members without a route, side by side. */
export function layout(members: readonly Member[], columns: number): Layout {
  const nodes = Map.groupBy(members, ({ link }) => link?.to)
  const isRoot = (member: Member) => !member.link && nodes.has(member.name)
  const roots = members.filter((each, at) => isRoot(each) && members.findIndex(({ name }) => name === each.name) === at)
  const rooted = new Set(roots.map(({ name }) => name))
  const rest = members.filter((each) => !roots.includes(each) && !(each.link && rooted.has(each.link.to)))
  const boxes: Box[] = []
  const trunks: Point[][] = []
  const branches: Branch[] = []
  let y = margin
  for (const root of roots) {
    boxes.push({ member: root, x: margin, y })
    const below = grid(nodes.get(root.name) ?? [], columns, y + box.height + lane, indent)
    boxes.push(...below.boxes)
    trunks.push(...trunksTo(below.boxes, y + box.height))
    branches.push(
      ...below.boxes.flatMap(({ member: { link }, x, y }) =>
        link ? [{ link, x: x - branchLength, y: y + box.height / 2 }] : [],
      ),
    )
    y = below.end + lane
  }
  const last = grid(rest, columns, y, 0)
  boxes.push(...last.boxes)
  const end = rest.length > 0 ? last.end : y - lane
  const right = Math.max(...boxes.map(({ x }) => x + box.width))
  return { width: right + margin, height: end + margin, boxes, trunks, branches }
}

/** Places members row by row. @returns the boxes and their lower edge */
function grid(members: readonly Member[], columns: number, top: number, left: number) {
  const across = Math.min(columns, members.length)
  const boxes = members.map((member, at): Box => {
    const row = Math.floor(at / across)
    return { member, x: margin + left + (at % across) * column, y: top + row * (box.height + gap) }
  })
  const rows = Math.ceil(members.length / Math.max(across, 1))
  return { boxes, end: top + rows * (box.height + gap) - gap }
}

/** Returns a trunk for each column, from below the gateway. */
function trunksTo(boxes: readonly Box[], from: number): Point[][] {
  const columns = Map.groupBy(boxes, ({ x }) => x)
  const first = Math.min(...columns.keys()) - branchLength
  return [...columns].map(([left, boxes]) => {
    const x = left - branchLength
    const bend =
      x === first
        ? []
        : [
            { x: first, y: from + lane / 2 },
            { x, y: from + lane / 2 },
          ]
    return [{ x: first, y: from }, ...bend, { x, y: Math.max(...boxes.map(({ y }) => y)) + box.height / 2 }]
  })
}
