/** The system's errors in words, as far as they concern files. */
const words: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "the system does not permit it",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "a part of its path is a file, not a directory",
  EISDIR: "is a directory",
  ELOOP: "its symbolic links form a loop",
  ENAMETOOLONG: "its name is too long",
  EMFILE: "too many files are open",
  EIO: "the disk answers with an input/output error",
  ENOENT: "no such file or directory",
}

export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code
}

export function inWords(error: unknown): string {
  const code = errorCode(error)
  return (code && words[code]) ?? code ?? "unknown error"
}
