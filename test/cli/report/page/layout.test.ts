import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Member } from "../../../../cli/report/fleet.ts"
import { fitLabel } from "../../../../cli/report/page/label.ts"
import { box, branchLength, layout } from "../../../../cli/report/page/layout.ts"

const standing = { state: "ok", host: "local", words: [] } as const

/** Gateways, some with nodes, and what is linked to nobody; names may be the same. */
const fleets = fc
  .tuple(fc.array(fc.nat(60), { maxLength: 5 }), fc.nat(8), fc.boolean())
  .filter(([gateways, loose]) => gateways.length + loose > 0)
  .map(([gateways, loose, namesakes]): Member[] => [
    ...gateways.map((_, at): Member => ({ ...standing, kind: "gateway", name: namesakes ? "studio" : `studio ${at}` })),
    ...gateways.flatMap((nodes, at) =>
      Array.from({ length: nodes }, (_, node): Member => {
        const to = namesakes ? "studio" : `studio ${at}`
        return { ...standing, kind: "node", name: `node ${node}`, link: { to, state: "ok", words: "accepted" } }
      }),
    ),
    ...Array.from({ length: loose }, (_, at): Member => ({ ...standing, kind: "container", name: `box ${at}` })),
  ])

describe("the picture's layout", () => {
  test("has each member once; no two overlap, and everything stands inside", () => {
    fc.assert(
      fc.property(fleets, fc.integer({ min: 1, max: 4 }), (members, columns) => {
        const { width, height, boxes, trunks, branches } = layout(members, columns)
        expect(new Set(boxes.map(({ member }) => member))).toEqual(new Set(members))
        expect(boxes).toHaveLength(members.length)
        for (const [at, one] of boxes.entries()) {
          for (const other of boxes.slice(at + 1)) {
            const apart = Math.abs(one.x - other.x) >= box.width + 8 || Math.abs(one.y - other.y) >= box.height + 8
            expect(apart, JSON.stringify([one, other])).toBe(true)
          }
        }
        const corners = [
          ...boxes.flatMap(({ x, y }) => [
            { x, y },
            { x: x + box.width, y: y + box.height },
          ]),
          ...trunks.flat(),
          ...branches,
        ]
        for (const { x, y } of corners) {
          expect([x >= 1, y >= 1, x <= width - 1, y <= height - 1]).toEqual([true, true, true, true])
        }
        expect(width).toBeLessThanOrEqual(columns * 330)
      }),
    )
  })

  test("leads a line to each node, which ends at its box and crosses no other", () => {
    fc.assert(
      fc.property(fleets, fc.integer({ min: 1, max: 4 }), (members, columns) => {
        const { boxes, trunks, branches } = layout(members, columns)
        const linked = boxes.filter(({ member }) => member.link)
        expect(branches.map(({ x, y }) => [x + branchLength, y])).toEqual(
          linked.map(({ x, y }) => [x, y + box.height / 2]),
        )
        const lines = trunks.flatMap((points) => points.slice(1).map((to, at) => [points[at] ?? to, to] as const))
        for (const [from, to] of lines) {
          const crossed = boxes.filter(
            ({ x, y }) =>
              Math.max(from.x, to.x) > x &&
              Math.min(from.x, to.x) < x + box.width &&
              Math.max(from.y, to.y) > y &&
              Math.min(from.y, to.y) < y + box.height,
          )
          expect(crossed).toEqual([])
        }
        for (const { x, y } of branches) {
          const fed = lines.some(([from, to]) => from.x === x && to.x === x && from.y <= y && y <= to.y)
          expect(fed, `a trunk at ${x}, ${y}`).toBe(true)
        }
      }),
    )
  })
})

describe("a label", () => {
  test.each([
    ["studio", "studio"],
    ["a-gateway-with-a-long-name-in-tokyo", "a-gateway-with-…"],
    ["WWWWWWWWWWWWWWWWWWWW", "WWWWWWWWW…"],
    ["東京の古いゲートウェイの名前", "東京の古いゲー…"],
    ["a word                                 more", "a word…"],
    ["", ""],
  ])("%s is cut to %s", (text, cut) => {
    expect(fitLabel(text, 180, 15)).toBe(cut)
  })

  test("is a text's beginning, and never half a character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.integer({ min: 20, max: 400 }), (text, width) => {
        const cut = fitLabel(text, width, 15)
        expect(cut === text || (cut.endsWith("…") && text.startsWith(cut.slice(0, -1)))).toBe(true)
        expect(cut.isWellFormed()).toBe(true)
      }),
    )
  })
})
