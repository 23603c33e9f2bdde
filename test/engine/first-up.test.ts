import { appendFileSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test, vi } from "vitest"
import { leaksIn } from "../support/canary/leaks.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { root } from "../support/engine/program.ts"
import { longestOf, type Walked, walk } from "../support/first-up/first-up.ts"
import { impossible, nameOf, type Outcome, type Row, rows } from "../support/first-up/rows.ts"
import { noUserManager } from "../support/hosts/systemd-user.ts"
import { noProduct } from "../support/products/gateway.ts"
import { allRows } from "../support/rows.ts"

vi.setConfig({ testTimeout: 1_800_000, maxConcurrency: 1 })

const { FIRST_UP_ONLY: only, FIRST_UP_TABLE: table } = process.env
const chosen = rows.filter((row) => (only ? nameOf(row).includes(only) : allRows || row.always))

function obstacle({ started, product = "openclaw" }: Row): string | undefined {
  return noProduct(product) ?? (started === "systemd --user" ? noUserManager : undefined)
}

describeEngine("the first up on a gateway that somebody made by hand", () => {
  for (const row of chosen) {
    const run = obstacle(row) ? test.skip : test.concurrent
    run(`whose token is in ${nameOf(row)}`, async () => {
      const walked = await walk(row)
      if (table) appendFileSync(table, `${lineOf(row, walked)}\n`)
      const words = `${walked.printed}\n${walked.log}\n${lineOf(row, walked)}`
      const { written, unnamed, copies, told, restarts, longest } = walked
      expect(outcomeOf(walked), words).toBe(row.becomes)
      if (!row.weak) expect(leaksIn(walked.printed, [walked.secret])).toEqual([])
      expect({ unnamed, copies: copies.filter((path) => !written.includes(path)) }, words).toEqual({
        unnamed: [],
        copies: [],
      })
      if (row.becomes === "refused") expect(written, words).toEqual([])
      else {
        expect([walked.up?.code, walked.again?.code], words).toEqual([0, 0])
        expect(walked.known, words).toBe(true)
      }
      if (row.weak) return
      if (row.shows !== "nothing" && row.started !== "nothing") expect(walked.before, words).toBe("accepted")
      expect(walked.says, words).toBe(row.started === "nothing" ? "accepted" : walked.before)
      expect({ told, restarts }, words).toEqual({ told: [], restarts: row.becomes === "restarts" ? 1 : 0 })
      // What is announced is a time on a quiet machine: it is compared where the table is made, never on a busy one.
      if (table) expect(longest, words).toBeLessThanOrEqual(longestOf(walked))
    })
  }

  test("has its table in the docs", () => {
    const text = readFileSync(join(root, "docs/first-up.md"), "utf8")
    for (const [combination, reason] of impossible) expect(text).toContain(`| ${combination} | ${reason} |`)
    const lines = text.split("\n").filter((line) => line.startsWith("| ") && line.split("|").length === 9)
    const cells = lines.slice(1).map((line) => line.split("|").map((cell) => cell.trim()))
    expect(cells.map(([, token, started, delivery, , , outcome]) => [token, started, delivery, outcome])).toEqual(
      rows.map(({ token, started, delivery = "as found", becomes, always }) => {
        return [token, started, delivery, always ? `**${becomes}**` : becomes]
      }),
    )
  })
})

function outcomeOf({ up, announced, says }: Walked): Outcome {
  if (!up) return "refused"
  if (says !== "accepted") return "rotated"
  return announced > 0 ? "restarts" : "kept"
}

/** A row of the table in docs/first-up.md: E2E_ROWS=all FIRST_UP_TABLE=FILE writes them. */
function lineOf(row: Row, walked: Walked): string {
  const { scan, announced, longest, preview, says } = walked
  const reason = /error: (?:.*: )?(the gateway .*)/.exec(preview.output)?.[1] ?? /error: (.*)/.exec(preview.output)?.[1]
  const said =
    preview.code !== 0 ? `refuses: ${reason}` : announced > 0 ? `restarts once, about ${announced} s` : "no restart"
  const cells = [
    row.token,
    row.started,
    row.delivery ?? "as found",
    scan,
    said,
    outcomeOf(walked),
    `${longest.toFixed(1)} s`,
    says,
  ]
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`
}
