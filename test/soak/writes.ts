/** Compares two snapshots of all files and processes. @returns what was written, created, removed or restarted between them */
export function writes(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.filter((name) => before[name] !== after[name])
}
