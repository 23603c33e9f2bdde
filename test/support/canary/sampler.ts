import { readdirSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { listed, read } from "../hosts/processes.ts"

/**
 * Prints arguments and environment of every process below the one given, and of those that have the folder's name in them, as
 * often as it can, each once.
 */
const [top = "", folder = ""] = process.argv.slice(2)
const told = new Set<string>()

for (;;) {
  const waiting = [...childrenOf(top), ...leftBehind()]
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    if (pid === String(process.pid)) continue
    waiting.push(...childrenOf(pid))
    const [words, variables] = [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`].map(read)
    for (const [kind, text = ""] of [
      ["arguments", words],
      ["environment", variables],
    ] as const) {
      const line = `${pid} ${kind} ${text.replace(/[\n\0]/g, " ")}\n`
      if (text === "" || told.has(line)) continue
      told.add(line)
      process.stdout.write(line)
    }
  }
  await sleep(1)
}

/** The services of a home go on without a parent. */
function leftBehind(): string[] {
  if (folder === "") return []
  return listed("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || read(`/proc/${pid}/stat`).split(") ")[1]?.split(" ")[1] !== "1") return false
    return read(`/proc/${pid}/environ`).includes(folder) || read(`/proc/${pid}/cmdline`).includes(folder)
  })
}

function childrenOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      read(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean),
    )
  } catch {
    return []
  }
}
