// First, as it counts what is loaded behind it.
import { workOf } from "../../support/work.ts"

const [{ UserError }, { rows }] = await Promise.all([import("../../../core/errors.ts"), import("./rows.ts")])

/** A line for each row: its work at one, two and four sizes, and what it threw other than an error for the user. */
for (const { name, text, run } of rows) {
  const size = Math.ceil((64 * 600) / Math.max(64, text(64).length))
  const faults = new Set<string>()
  const work = [1, 2, 4].map((times) => {
    const input = text(size * times)
    return workOf(() => {
      for (const operation of run) {
        try {
          operation(input)
        } catch (error) {
          if (!(error instanceof UserError)) faults.add(String(error))
        }
      }
    })
  })
  process.stdout.write(`${JSON.stringify({ name, work, faults: [...faults] })}\n`)
}
