import { clearLine, showLine } from "./print.ts"

const quietMilliseconds = 2_000
const stepMilliseconds = 1_000

/** The work that is in progress, the first one first: one line shows one of them. */
const running: { readonly describe: () => string }[] = []

/** Shows what a run waits for, once that takes more than two seconds, and for how long it has waited. */
export async function withProgress<T>(describe: () => string, work: Promise<T>): Promise<T> {
  const own = { describe }
  running.push(own)
  const start = performance.now()
  const show = () => {
    if (running[0] === own) showLine(`${describe()} (${Math.round((performance.now() - start) / 1000)} s)`)
  }
  const first = setTimeout(show, quietMilliseconds)
  const later = setInterval(() => performance.now() - start > quietMilliseconds && show(), stepMilliseconds)
  try {
    return await work
  } finally {
    clearTimeout(first)
    clearInterval(later)
    running.splice(running.indexOf(own), 1)
    clearLine()
  }
}
