/** The server as a process of its own: takes its options as JSON on a line of its input, prints its URL, and ends with its input. */
import { createInterface } from "node:readline"
import { startConnect } from "./server.ts"

const lines = createInterface({ input: process.stdin })
lines.once("line", async (line) => {
  const { url, stop } = await startConnect(JSON.parse(line))
  process.stdout.write(`${url}\n`)
  lines.once("close", stop)
})
