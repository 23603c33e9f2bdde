/** The members that get the token, by name: `node on ssh://me@tw.local`. */
export type Members = Readonly<Record<string, string>>

/** Lists the members that are no longer declared, such as `tw (node on ssh://me@tw.local)`; skips renamed ones. */
export function listLeaving(before: Members, now: Members): string[] {
  const come = Object.entries(now).flatMap(([name, where]) => (before[name] === where ? [] : [where]))
  const gone = Object.entries(before).filter(([name, where]) => {
    if (now[name] === where) return false
    const renamed = come.indexOf(where)
    if (renamed >= 0) come.splice(renamed, 1)
    return renamed < 0
  })
  return gone.map(describeMember)
}

export function describeMember([name, where]: readonly [string, string]): string {
  return `${name} (${where})`
}
