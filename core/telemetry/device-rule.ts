import { randomBytes } from 'node:crypto'
import { problem } from '@tingzhou/http'
import { protocolRules, type Protocol } from './protocol.ts'

const area = 'telemetry'
const invalid = (kind: string, field: string, value: string | null, rule: string) =>
  problem({ kind, status: 422, area, field, value, rule })

/** Whether a device of a protocol can be called so. @throws ProblemError 422 */
export function checkIdentity(protocol: Protocol, identity: string): void {
  const rule = protocolRules[protocol]
  if (!rule.identity.test(identity)) throw invalid('identity_malformed', 'identity', identity, rule.identity.source)
}

/**
 * The code that a device shows from now on, and whether somebody must be shown it: it was made here and is kept nowhere, so
 * that a repeat of the command does not show it again.
 * @throws ProblemError 422 for a typed one that the protocol does not have so
 */
export function secretFor(
  protocol: Protocol,
  typed: string | null,
): { readonly secret: string | null; readonly isMade: boolean } {
  const { secret, secretRule } = protocolRules[protocol]
  if (secretRule ? typed === null || !secretRule.test(typed) : typed !== null)
    throw invalid('secret_malformed', 'secret', null, secretRule?.source ?? 'absent')
  const isMade = secret === 'made'
  return { secret: isMade ? randomBytes(18).toString('base64url') : typed, isMade }
}

/** Whether a device of a protocol can be told something when it calls. @throws ProblemError 422 */
export function checkFirstContact(protocol: Protocol, wish: object | null | undefined): void {
  if (wish && protocol !== 'hj212') throw invalid('first_contact_unfit', 'firstContact', protocol, 'hj212')
}

/** Whether a device of a protocol shows a code that can be renewed. @throws ProblemError 422 */
export function checkRenewal(protocol: Protocol): void {
  if (protocolRules[protocol].secret !== 'none') return
  throw problem({
    kind: 'secret_not_renewed',
    status: 422,
    area,
    field: 'id',
    value: null,
    rule: 'none',
    meta: { protocol },
  })
}
