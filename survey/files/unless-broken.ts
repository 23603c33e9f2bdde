import { UserError } from "../../core/errors.ts"

/** Runs a reading; if it fails, returns `otherwise` with the reason: by default nothing, because the copies report it. */
export function unlessBroken<T>(read: () => T[], otherwise: (reason: string) => T[] = () => []): T[] {
  try {
    return read()
  } catch (error) {
    if (error instanceof UserError) return otherwise(error.message)
    throw error
  }
}
