import { UserError } from "../../core/errors.ts"

/** What a reading gives, or what `otherwise` makes of why it cannot be read; by default nothing, as its copies report it. */
export function unlessBroken<T>(read: () => T[], otherwise: (reason: string) => T[] = () => []): T[] {
  try {
    return read()
  } catch (error) {
    if (error instanceof UserError) return otherwise(error.message)
    throw error
  }
}
