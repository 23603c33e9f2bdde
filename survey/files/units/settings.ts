import { BOM } from "../../../places/common/text.ts"
import { type UnitLine, unitLines } from "../../../places/systemd/lines.ts"
import type { LoadedUnit } from "./load.ts"
import type { UnitFile } from "./unit-file.ts"

/** Returns all settings of a key in [Service] of one file, also those that another file resets. */
export function unitSettingsIn(file: UnitFile, key: string): { file: UnitFile; text: string; line: UnitLine }[] {
  const text = (file.text ?? "").replace(BOM, "")
  const lines = unitLines(text).filter((line) => line.section === "Service" && line.key === key)
  return lines.map((line) => ({ file, text, line }))
}

/** Returns the values of a key in [Service] of all its files, without those that a later empty one resets. */
export function valuesOf({ parts }: LoadedUnit, key: string): { file: UnitFile; text: string; line: UnitLine }[] {
  const all = parts.flatMap((file) => unitSettingsIn(file, key))
  return all.slice(all.findLastIndex(({ line }) => line.from >= line.to) + 1)
}
