import { describe, expect, test } from "vitest"
import { allowed, differences, earlier, type Model, prune, rotate, type World } from "./model.ts"
import { writes } from "./writes.ts"

const model: Model = {
  ...{ generation: 2, previous: 1, highest: 3, keep: 3, kept: [1, 2, 3] },
  ...{ gateways: ["studio"], homes: ["studio", "n1"], places: ["studio secret", "n1 secret", "n1 profile"] },
  foreign: { "studio secret": [], "n1 secret": [], "n1 profile": ["# mine"], "n2 profile": ["# mine"] },
}
const place = (content: World["places"][string]["content"], foreign: string[] = []) => ({
  ...{ content, isPrivate: true, foreign },
})
const world: World = {
  places: {
    "studio secret": place(2),
    "n1 secret": place(2),
    "n1 profile": place(2, ["# mine"]),
    "n2 profile": place("nothing", ["# mine"]),
  },
  accepted: { studio: [2] },
  markers: { studio: { generation: 2, highest: 3 }, n1: { generation: 2, highest: 3 }, n2: undefined },
  kept: [1, 2, 3],
  receipts: 3,
  changedFiles: [],
}
const withPlace = (name: string, change: object): World => ({
  ...world,
  places: { ...world.places, [name]: { ...place("nothing"), ...world.places[name], ...change } },
})
const { "n1 secret": _, ...withoutOne } = world.places

describe("a world is compared with the model:", () => {
  test("a right one does not differ", () => {
    expect(differences(model, world)).toEqual([])
  })

  test.each<[string, World, RegExp]>([
    ["a stale token", withPlace("n1 secret", { content: 1 }), /n1 secret contains 1, expected 2/],
    ["another value", withPlace("n1 secret", { content: "another" }), /n1 secret contains another, expected 2/],
    ["an empty place", withPlace("n1 secret", { content: "nothing" }), /n1 secret contains nothing, expected 2/],
    ["a token in a place that is not declared", withPlace("n2 profile", { content: 2 }), /n2 profile contains 2/],
    ["a file that others can read", withPlace("n1 profile", { isPrivate: false }), /can be read by others/],
    ["a lost line of its user", withPlace("n1 profile", { foreign: [] }), /n1 profile has the lines \[\] of others/],
    ["a line too many", withPlace("n2 profile", { foreign: ["# mine", "x"] }), /\[# mine \| x\] of others/],
    ["a place that nothing was read of", { ...world, places: withoutOne }, /n1 secret was not found/],
    ["a previous token that is accepted still", { ...world, accepted: { studio: [1, 2] } }, /accepts .*\[1 \| 2\]/],
    ["a gateway that accepts nothing", { ...world, accepted: { studio: [] } }, /accepts generations \[\]/],
    ["a gateway that was not asked", { ...world, accepted: {} }, /studio accepts generations \[\]/],
    ["a marker that is behind", { ...world, markers: { n1: { generation: 1, highest: 3 } } }, /says 1 of 3/],
    ["a missing marker", { ...world, markers: { n1: undefined } }, /marker of n1 says none, expected 2 of 3/],
    ["a marker that is left", { ...world, markers: { n2: { generation: 2, highest: 3 } } }, /expected none/],
    ["a forgotten generation", { ...world, kept: [2, 3] }, /generations \[2 \| 3\] are kept/],
    ["a receipt too many", { ...world, receipts: 21 }, /21 receipts are kept, expected 20/],
    ["a changed file", { ...world, changedFiles: ["n1 notes"] }, /n1 notes changed/],
  ])("%s is one difference", (_, wrong, message) => {
    expect(differences(model, wrong)).toEqual([expect.stringMatching(message)])
  })
})

describe("a rotation of the model", () => {
  test("forward keeps as many generations as declared, and the previous one in any case", () => {
    const forward = rotate(model, 4)
    expect([forward.generation, forward.highest, forward.kept]).toEqual([4, 4, [2, 3, 4]])
    expect(rotate(rotate(model, 1), 4).kept).toEqual([1, 3, 4])
  })

  test("back keeps the highest number, and the same number changes nothing", () => {
    const back = rotate(model, 1)
    expect([back.generation, back.highest, back.kept, earlier(back)]).toEqual([1, 3, [1, 2, 3], [2, 3]])
    expect(rotate(model, 2)).toBe(model)
  })

  test("forgets the oldest when fewer are declared, and none when more are", () => {
    expect(prune(model, 2).kept).toEqual([1, 2])
    expect(prune(rotate(model, 4), 2)).toMatchObject({ keep: 2, kept: [2, 4] })
    expect(prune(model, 4)).toMatchObject({ keep: 4, kept: [1, 2, 3] })
  })

  test("allows both tokens while it is under way, and no other", () => {
    expect(allowed(model, undefined)).toEqual([2])
    expect(allowed(model, 2)).toEqual([2])
    expect(allowed(model, 4)).toEqual([2, 4])
  })
})

test("a file that was written, created or removed, and a restart, are noticed", () => {
  const before = { "n1 .env": "1 33152 7 aa", "studio's process": "17 900" }
  expect(writes(before, { ...before })).toEqual([])
  expect(writes(before, { ...before, "studio's process": "18 950" })).toEqual(["studio's process"])
  expect(writes(before, { "n1 .env": "2 33152 8 aa", "n1 new": "3", "studio's process": "17 900" })).toEqual([
    "n1 .env",
    "n1 new",
  ])
  expect(writes(before, {})).toEqual(["n1 .env", "studio's process"])
})
