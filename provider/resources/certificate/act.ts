import type { Authority } from "../../../certificates/authority.ts"
import { commonName } from "../../../certificates/identity.ts"
import { issue } from "../../../certificates/issue.ts"
import { lifetimeOf } from "../../../certificates/lifetime.ts"
import { UserError } from "../../../core/errors.ts"
import { hostOf } from "../../../hosts/index.ts"
import { describeRefusal } from "../../../probes/certificates/describe.ts"
import { parseRefusal, parseRequest, type Refusal } from "../../../probes/certificates/parse.ts"
import { installScript, removeScript, requestScript } from "../../../probes/certificates/script.ts"
import { type CertificateInputs, identityOf } from "./inputs.ts"

/**
 * Has the host make a key, signs a certificate for it, and has the host put both in place in one step.
 * @param keeps what is there stays beside it, under another name
 * @throws UserError if the host refuses; what was there is then as it was
 */
export async function renew(
  inputs: CertificateInputs,
  authority: Authority,
  { keeps, now }: { readonly keeps: boolean; readonly now: Date },
): Promise<void> {
  const identity = identityOf(inputs)
  const asked = parseRequest(await ran(inputs, requestScript(inputs.path, commonName(identity))))
  if ("refusal" in asked) throw refused(inputs, asked.refusal)
  const certificate = await issue(authority, asked.request, identity, { lifetime: lifetimeOf(inputs.lifetime), now })
  const refusal = parseRefusal(await ran(inputs, installScript(inputs.path, certificate, keeps)))
  if (refusal) throw refused(inputs, refusal)
}

/** Removes the file. @returns why it stays, if it does */
export async function remove(inputs: CertificateInputs, digest: string): Promise<string | undefined> {
  const refusal = parseRefusal(await ran(inputs, removeScript(inputs.path, digest)))
  return refusal && `${inputs.path}: ${describeRefusal(refusal)}`
}

async function ran(
  { host }: CertificateInputs,
  { script, args, input }: ReturnType<typeof installScript> | ReturnType<typeof requestScript>,
): Promise<Uint8Array> {
  const { stdout } = await hostOf(host).run(script, { args, ...(input ? { input } : {}) })
  return stdout
}

function refused({ path }: CertificateInputs, refusal: Refusal): UserError {
  return new UserError(`${path}: ${describeRefusal(refusal)}. Nothing was changed`)
}
