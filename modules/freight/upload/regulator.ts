import { at, expectRevision, type Db, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { Sealer } from '@tingzhou/sealing'
import { checkUscc } from '@tingzhou/uscc'
import { readPublicKey, type AdapterId } from '@tingzhou/wlhy'
import { hasCode } from '../codes.ts'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { regulatingRoles } from '../roles.ts'
import './tables.ts'

/** Who is told, as the version that counts says. */
export type Regulator = {
  readonly version: number
  readonly adapter: AdapterId
  readonly url: string
  readonly senderCode: string
  readonly enterpriseCode: string
  readonly carrierName: string
  readonly creditCode: string
  readonly permitNumber: string
  readonly businessType: string
  readonly username: string
  readonly sealedPassword: string
  readonly publicKey: string
  readonly isOn: boolean
  readonly tracks: boolean
  readonly since: number
  readonly setBy: string
}

/** The regulator's settings that count, or undefined. One statement, by freight_regulator_open. */
export const findRegulator = (db: Db | Tx, zoneId: string): Promise<Regulator | undefined> =>
  db
    .selectFrom('freight_regulator')
    .select([
      'version',
      'adapter',
      'url',
      'sender_code as senderCode',
      'enterprise_code as enterpriseCode',
      'carrier_name as carrierName',
      'credit_code as creditCode',
      'permit_number as permitNumber',
      'business_type as businessType',
      'username',
      'sealed_password as sealedPassword',
      'public_key as publicKey',
      'is_on as isOn',
      'tracks',
      'since',
      'set_by as setBy',
    ])
    .where('zone_id', '=', zoneId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()

export type RegulatorInput = {
  /** The version that the writer looked at; 0: there was none. */
  readonly version: number
  readonly adapter: AdapterId
  readonly url: string
  readonly senderCode: string
  readonly enterpriseCode: string
  readonly carrierName: string
  readonly creditCode: string
  readonly permitNumber: string
  readonly businessType: string
  readonly username: string
  /** Null: as before. */
  readonly password: string | null
  readonly publicKey: string
  readonly isOn: boolean
  readonly tracks: boolean
  readonly why: string
}

/** Says which regulator is told: another version. What waits is made anew where the adapter changed. */
export async function setRegulator(
  tx: Tx,
  deps: FreightDeps & { readonly sealer: Sealer },
  actor: Actor,
  input: RegulatorInput,
): Promise<Result<{ version: number }, FreightError>> {
  if (!hasRole(actor, ...regulatingRoles)) return err({ kind: 'not_allowed' })
  const { zoneId, sealer } = deps
  const key = readPublicKey(input.publicKey)
  const fault = faultIn(input)
  if (fault) return err({ kind: 'field_refused', ...fault })
  if (!key.ok) return err({ kind: 'field_refused', field: 'publicKey', value: key.error.value, rule: 'sm2_key' })
  const now = at(deps.clock())
  const present = await tx
    .selectFrom('freight_regulator')
    .select(['version', 'sealed_password', 'username', 'url'])
    .where('zone_id', '=', zoneId)
    .where('ended_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  const fresh = expectRevision(present?.version ?? 0, input.version)
  if (!fresh.ok) return fresh
  // A password is never sent to another address than the one it was entered for.
  const kept = present?.url === input.url && present.username === input.username ? present.sealed_password : null
  const sealed = input.password === null ? kept : sealer.seal(input.password)
  if (sealed === null) return err({ kind: 'field_refused', field: 'password', value: '', rule: 'password_needed' })
  if (present)
    await tx
      .updateTable('freight_regulator')
      .set({ ended_at: now })
      .where('zone_id', '=', zoneId)
      .where('version', '=', present.version)
      .execute()
  const version = input.version + 1
  await tx
    .insertInto('freight_regulator')
    .values({
      zone_id: zoneId,
      version,
      adapter: input.adapter,
      url: input.url,
      sender_code: input.senderCode,
      enterprise_code: input.enterpriseCode,
      carrier_name: input.carrierName,
      credit_code: input.creditCode,
      permit_number: input.permitNumber,
      business_type: input.businessType,
      username: input.username,
      sealed_password: sealed,
      public_key: key.value,
      is_on: input.isOn,
      tracks: input.tracks,
      since: now,
      set_by: actor.name,
      ended_at: null,
    })
    .execute()
  const { adapter, url, senderCode, enterpriseCode, isOn, tracks } = input
  await note(tx, deps, actor, {
    objectKind: 'freight_regulator',
    objectId: zoneId,
    verb: 'set',
    why: input.why,
    data: { version, adapter, url, senderCode, enterpriseCode, isOn, tracks, passwordChanged: input.password !== null },
  })
  return ok({ version })
}

type FieldFault = { readonly field: string; readonly value: string; readonly rule: string }

/** The first field that the rules refuse. */
function faultIn(input: RegulatorInput): FieldFault | null {
  const refused = (field: keyof RegulatorInput, rule: string): FieldFault => ({
    field,
    value: String(input[field]),
    rule,
  })
  const address = addressFault(input.url)
  if (address) return refused('url', address)
  if (checkUscc(input.creditCode).kind === 'malformed') return refused('creditCode', 'uscc_shape')
  if (!hasCode('business-type', input.businessType)) return refused('businessType', 'known_code business-type')
  return null
}

/** Whether something is an address that documents may be sent to: no name or password in it, nothing behind its path. */
function addressFault(text: string): string | null {
  if (!URL.canParse(text)) return 'web_address'
  const { protocol, username, password, search, hash } = new URL(text)
  if (protocol !== 'https:' && protocol !== 'http:') return 'web_address'
  return username !== '' || password !== '' || search !== '' || hash !== '' ? 'plain_address' : null
}
