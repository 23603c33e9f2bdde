/** A defect that is planted to see whether the tests notice it. */
export interface Mutant {
  readonly id: string
  /** The source file that it changes. */
  readonly file: string
  /** What goes wrong with it, in a few words. */
  readonly what: string
  /** The text that is in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** Folders or files of tests. Default: the tests of the file's own folder. */
  readonly tests?: readonly string[]
}

/** Applies a defect to the text of its file. @throws Error if it does not apply any more */
export function applyMutant({ id, file, find, replace }: Mutant, text: string): string {
  const found = text.split(find).length - 1
  if (found === 1 && find !== replace) return text.replace(find, () => replace)
  const fix = `change its \`find\` in test/mutants/catalogue to the present text of ${file}`
  throw new Error(`mutant ${id}: found its text ${found} times in ${file}, expected once; ${fix}`)
}

/** The top folder of the product that a defect is in. */
export function topFolder({ file }: Mutant): string {
  return file.split("/")[0] ?? ""
}
