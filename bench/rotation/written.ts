import { type BigIntStats, statSync, watch } from "node:fs"
import { basename, dirname } from "node:path"

export interface Written {
  /** When the file was last replaced, in milliseconds: the change of its inode, which the rename is. */
  readonly at: number
}

/** Waits for the next time that the file is replaced by a rename. @param file that is there */
export function nextWrite(file: string): { readonly written: Promise<Written>; stop(): void } {
  const before = stat(file)?.ino
  let tell: (written: Written) => void
  const written = new Promise<Written>((resolve) => {
    tell = resolve
  })
  const watcher = watch(dirname(file), (_, name) => {
    const now = name === basename(file) ? stat(file) : undefined
    if (!now || now.ino === before) return
    watcher.close()
    tell({ at: Number(now.ctimeNs) / 1e6 })
  })
  return { written, stop: () => watcher.close() }
}

function stat(file: string): BigIntStats | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })
}
