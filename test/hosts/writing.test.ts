import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import { runEdit, stopWriting } from "../../hosts/writing.ts"

test("the end of the run waits for the current edit, and prevents new ones", async () => {
  const events: string[] = []
  const atHand = runEdit(async () => {
    await sleep(50)
    events.push("written")
    return "done"
  })
  const failing = runEdit(async () => {
    await sleep(20)
    throw new Error("failed")
  }).catch(({ message }) => events.push(message))
  const end = stopWriting().then(() => events.push("ended"))
  await expect(runEdit(async () => events.push("begun"))).rejects.toThrow("the run was ended")
  expect(await atHand).toBe("done")
  await Promise.all([failing, end, stopWriting()])
  expect(events).toEqual(["failed", "written", "ended"])
})
