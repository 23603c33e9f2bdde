/** Omits the undefined values. */
export function omitUndefined<A extends object>(values: A): { [K in keyof A]?: Exclude<A[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}
