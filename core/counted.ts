/** Formats a number with its noun, such as `1 place`, `2 places`. @param many the plural if it is irregular */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
