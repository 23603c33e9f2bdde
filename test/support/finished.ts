import { onTestFinished } from "vitest"
import { atEnd, isBench } from "../../bench/ending.ts"

/** Undoes something when the test has finished; in a bench, when its part has. */
export function whenFinished(undo: () => unknown): void {
  if (isBench()) atEnd(undo)
  else onTestFinished(async () => void (await undo()))
}
