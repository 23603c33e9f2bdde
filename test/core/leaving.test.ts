import { expect, test } from "vitest"
import { listLeaving } from "../../core/leaving.ts"

const studio = "gateway on local"
const tw = "node on ssh://me@tw.local"

test.each([
  ["nobody", { studio, tw }, { tw, studio }, []],
  ["who is not declared any more", { studio, tw }, { studio }, ["tw (node on ssh://me@tw.local)"]],
  ["who is now on another machine", { tw }, { tw: "node on ssh://box" }, ["tw (node on ssh://me@tw.local)"]],
  ["nobody who only has another name now", { studio, tw }, { studio, mac: tw }, []],
  ["one of two where one has another name now", { a: tw, b: tw }, { c: tw }, ["b (node on ssh://me@tw.local)"]],
  ["nobody where somebody comes", { studio }, { studio, tw }, []],
  ["who leaves while another of its kind stays", { a: studio, b: studio }, { b: studio }, ["a (gateway on local)"]],
  ["everybody", { studio, tw }, {}, ["studio (gateway on local)", "tw (node on ssh://me@tw.local)"]],
])("lists the leaving members: %s", (_, before, now, gone) => {
  expect(listLeaving(before, now as Record<string, string>)).toEqual(gone)
})
