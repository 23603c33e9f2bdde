import { formatCount } from "../../../core/counted.ts"
import type { Member } from "../fleet.ts"
import { states } from "../standing.ts"
import { fitLabel } from "./label.ts"
import { type Box, box, branchLength, type Layout, layout } from "./layout.ts"
import { marks } from "./marks.ts"
import { type Markup, markup } from "./markup.ts"

/** The font sizes of the style. */
const [nameSize, lineSize] = [15, 13]
const textLeft = 46
const textRight: { readonly [kind in Member["kind"]]: number } = { gateway: 12, guard: 12, node: 12, container: 34 }

/** Draws the fleet as SVG. @param columns nodes side by side at most. @param id identifies the picture in the page */
export function picture(members: readonly Member[], columns: number, id: string): Markup {
  const { width, height, boxes, trunks, branches } = layout(members, columns)
  return markup`<svg class="fleet ${id}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">The fleet</title>
<desc id="${id}-desc">${describeMembers(members)}. The list after the picture says the same, member by member.</desc>
<g aria-hidden="true">${trunks.map(trunk)}${branches.map(branch)}${boxes.map(memberBox)}</g></svg>`
}

/** Describes the members, such as `1 gateway, 3 nodes: 1 broken, 3 ok`. */
export function describeMembers(members: readonly Member[]): string {
  const kinds = ["gateway", "guard", "node", "container"] as const
  const each = kinds.map((kind) => [members.filter((member) => member.kind === kind).length, kind] as const)
  const standing = states
    .toReversed()
    .map((state) => [members.filter((member) => member.state === state).length, state] as const)
  const some = ([number]: readonly [number, string]) => number > 0
  return `${each
    .filter(some)
    .map(([number, kind]) => formatCount(number, kind))
    .join(", ")}: ${standing
    .filter(some)
    .map((pair) => pair.join(" "))
    .join(", ")}`
}

/** Draws a line from a gateway along its nodes. */
function trunk(points: Layout["trunks"][number]): Markup {
  return markup`<path class="trunk" d="M${{ markup: points.map(({ x, y }) => `${x} ${y}`).join("L") }}"/>`
}

function branch({ link, x, y }: Layout["branches"][number]): Markup {
  const title = `its route to ${link.to}: ${link.words}`
  return markup`<g class="way ${link.state}"><title>${title}</title><path class="line" d="M${x} ${y}h${branchLength}"/><g transform="translate(${x + branchLength / 2 - 8} ${y - 8}) scale(.8)">${marks[link.state]}</g></g>`
}

function memberBox({ member, x, y }: Box): Markup {
  const { kind, name, host, state } = member
  const place = host === "" ? kind : `${kind} on ${host}`
  const room = box.width - textLeft - textRight[kind]
  return markup`<g class="member ${kind} ${state}" transform="translate(${x} ${y})"><title>${name}, ${place}: ${state}</title>${shapes[kind]}<g transform="translate(14 14)">${marks[state]}</g>${line(name, "name", 26, room)}${line(place, "where", 46, room)}${line(state, "state", 65, room)}</g>
`
}

/** The outline of each kind. */
const shapes: { readonly [kind in Member["kind"]]: Markup } = {
  gateway: markup`<rect class="outline" width="${box.width}" height="${box.height}" rx="8"/><rect class="inner" x="4" y="4" width="${box.width - 8}" height="${box.height - 8}" rx="5"/>`,
  guard: markup`<path class="outline" d="M0 8h${box.width}v${box.height - 26}L${box.width - 18} ${box.height}H18L0 ${box.height - 18}z"/>`,
  node: markup`<rect class="outline" width="${box.width}" height="${box.height}" rx="14"/>`,
  container: markup`<rect class="outline" width="${box.width}" height="${box.height}"/><path class="inner" d="M${box.width - 26} 8v${box.height - 16}m8 0V8m8 0v${box.height - 16}"/>`,
}

/** Draws a line of text, cut at its own box if a font is wider than expected. */
function line(text: string, style: "name" | "where" | "state", y: number, room: number): Markup {
  const size = style === "name" ? nameSize : lineSize
  return markup`<svg x="${textLeft}" y="${y - 20}" width="${room}" height="28"><text class="${style}" y="20">${fitLabel(text, room, size)}</text></svg>`
}
