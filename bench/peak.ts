import { listed, read } from "../test/support/hosts/processes.ts"

const everyMilliseconds = 100

/** The most memory that any provider process of the engines watched has had. */
export interface Peak {
  readonly watch: (engine: number) => () => void
  /** Megabytes. */
  megabytes(): number
}

/** Watches a process's peak, which the system keeps (VmHWM), and reads it before the process ends. */
export function peak(): Peak {
  let kilobytes = 0
  return {
    watch(engine) {
      const timer = setInterval(() => {
        for (const pid of childrenOf(engine)) kilobytes = Math.max(kilobytes, peakOf(pid))
      }, everyMilliseconds)
      return () => clearInterval(timer)
    },
    megabytes: () => kilobytes / 1024,
  }
}

function childrenOf(pid: number): string[] {
  const threads = `/proc/${pid}/task`
  return listed(threads).flatMap((thread) => read(`${threads}/${thread}/children`).split(" ").filter(Boolean))
}

function peakOf(pid: string): number {
  if (!read(`/proc/${pid}/cmdline`).includes("/provider/main.ts")) return 0
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
}
