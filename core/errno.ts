/** The system's errors about files and connections: its own message (C locale, Linux or macOS), and gatekey's. */
const table: Readonly<Record<string, readonly [text: string, words: string]>> = {
  EACCES: ["Permission denied", "permission denied"],
  EPERM: ["Operation not permitted", "the system does not permit it"],
  EROFS: ["Read-only file system", "the file system is read-only"],
  ENOSPC: ["No space left on device", "the disk is full"],
  EDQUOT: ["Dis[ck] quota exceeded", "the disk quota is used up"],
  ENOTDIR: ["Not a directory", "a part of its path is a file, not a directory"],
  EISDIR: ["Is a directory", "is a directory"],
  ELOOP: ["Too many levels of symbolic links", "its symbolic links form a loop"],
  ENAMETOOLONG: ["File name too long", "its name is too long"],
  EMFILE: ["Too many open files", "too many files are open"],
  EIO: ["Input/output error", "the disk answers with an input/output error"],
  ECONNREFUSED: ["Connection refused", "connection refused"],
  ECONNRESET: ["Connection reset by peer", "the connection was cut"],
  EHOSTUNREACH: ["No route to host", "no route to it"],
  ENETUNREACH: ["Network is unreachable", "its network is unreachable"],
  ETIMEDOUT: ["Connection timed out", "timed out"],
  ENOTFOUND: ["Name or service not known", "its name is not resolved"],
  EAI_AGAIN: ["Temporary failure in name resolution", "its name is not resolved"],
  ENOENT: ["No such file or directory", "no such file or directory"],
}

export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code
}

export function describeErrno(error: unknown): string {
  const code = errorCode(error)
  return (code && table[code]?.[1]) ?? code ?? "unknown error"
}

/** Finds the error code of a program's message, such as `cat: x: Permission denied`. */
export function findPrintedCode(line: string): string | undefined {
  return Object.entries(table).find(([, [text]]) => new RegExp(`(?:^|: )${text}$`).test(line.trim()))?.[0]
}
