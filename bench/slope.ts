import type { Figures } from "./measure.ts"

/** Computes the milliseconds that a preview takes for each additional node, from one size to the next. */
export function slopes(all: readonly Figures[]): string[] {
  return all.slice(1).map((more, at) => {
    const less = all[at] ?? more
    const each = (key: "ours_s" | "floor_s") =>
      ((((more[key] ?? 0) - (less[key] ?? 0)) * 1000) / (more.nodes - less.nodes)).toFixed(1)
    return `slope from ${less.nodes} to ${more.nodes} nodes: ours ${each("ours_s")}, floor ${each("floor_s")} ms a node`
  })
}
