import { expect } from "vitest"
import { UserError } from "../../core/errors.ts"

/** What it is rejected with; never anything but an error for the user. */
export async function refusal(work: Promise<unknown>): Promise<UserError> {
  const error = await work.then(
    () => undefined,
    (error) => error,
  )
  expect(error).toBeInstanceOf(UserError)
  return error
}
