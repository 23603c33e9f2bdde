import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { applyMutant, type Mutant } from "./mutant.ts"
import { type FailedTest, runTests } from "./run-tests.ts"

export type Outcome =
  | { readonly kind: "caught"; readonly by: FailedTest }
  | { readonly kind: "survived"; readonly passed: number }
  /** No test ran. */
  | { readonly kind: "broken"; readonly files: readonly string[] }

/** Plants one defect in a copy of the tree, runs the tests that are concerned, and takes it out again. */
export async function hunt(copy: string, mutant: Mutant): Promise<Outcome> {
  const file = join(copy, mutant.file)
  const text = readFileSync(file, "utf8")
  writeFileSync(file, applyMutant(mutant, text))
  try {
    const { passed, failed, broken } = await runTests(copy, testsOf(mutant), { bail: true })
    const [by] = failed
    if (by) return { kind: "caught", by }
    return broken.length > 0 || passed === 0 ? { kind: "broken", files: broken } : { kind: "survived", passed }
  } finally {
    writeFileSync(file, text)
  }
}

/** The tests that are concerned: those of the defect, or of its folder. */
function testsOf({ file, tests }: Mutant): readonly string[] {
  return tests ?? [join("test", dirname(file))]
}

/** Lists the tests that a defect names and that do not exist. */
export function missingTests(root: string, mutant: Mutant): string[] {
  return testsOf(mutant).filter((path) => !existsSync(join(root, path)))
}

/** Runs the catching tests without any defect. @returns those that fail all the same, and so prove nothing */
export async function failingAnyway(copy: string, catchers: readonly FailedTest[]): Promise<readonly FailedTest[]> {
  if (catchers.length === 0) return []
  const [files, names] = [catchers.map(({ file }) => file), catchers.map(({ name }) => name)]
  const { failed, broken } = await runTests(copy, [...new Set(files)], { names: [...new Set(names)] })
  return [...failed, ...broken.map((file) => ({ file, name: "the whole file" }))]
}
