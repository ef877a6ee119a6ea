import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { newToken } from '@tingzhou/access'
import { change, closeDossier, openDossier, say, type CaseDeps } from '@tingzhou/casework'
import { runCommand, type CommandReused } from '@tingzhou/db'
import { receiveFile, type FileDeps, type UploadError } from '@tingzhou/files'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor, Lang } from '@tingzhou/parties'
import type { SignKind } from '../words.ts'
import { waybillKind, type Waybill } from './case.ts'
import type { WaybillError } from './errors.ts'
import { makeMove, type Standing } from './moves.ts'
import type { MoveError } from './move-spec.ts'
import type { pictureTypes } from './waybill-contract.ts'
import { drives, isParty, linkAccount, standOf } from './stand.ts'

const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/**
 * Makes the consignee's link. Its secret is told once and kept nowhere; another link ends the one before.
 * A repeat of the command id is refused: the secret is not known any more.
 */
export async function makeSignLink(
  deps: CaseDeps,
  actor: Actor,
  id: string,
  commandId: string,
): Promise<Result<string, WaybillError>> {
  const secret = newToken()
  const command = {
    commandId,
    actorId: actor.accountId,
    name: 'freight.sign_link',
    input: { id, digest: sha256(secret) },
  }
  const made = await runCommand(deps, command, async (tx, batch): Promise<Result<null, WaybillError>> => {
    const dossier = await openDossier(tx, deps, waybillKind, id, { by: 'actor', actor, verb: 'sign_link' }, batch)
    if (!dossier) return err({ kind: 'not_found' })
    const { row } = dossier
    const stand = standOf(actor, row)
    if (!isParty(stand)) return err({ kind: 'not_found' })
    if (!drives(stand)) return err({ kind: 'not_allowed', move: 'sign', reason: 'driver_or_carrier' })
    if (!isUnsigned(row))
      return err({ kind: 'not_in_state', move: 'sign', state: row.state, rule: unsigned.join(', '), states: unsigned })
    change(dossier, { sign_link_sha256: sha256(secret) })
    say(dossier, { verb: 'sign_link' })
    closeDossier(dossier)
    return ok(null)
  })
  return made.ok ? ok(secret) : made
}

const unsigned = ['accepted', 'at_load', 'loaded', 'in_transit', 'accident', 'at_unload', 'unloaded'] as const
const isUnsigned = ({ state }: Pick<Waybill, 'state'>): boolean => unsigned.some((one) => one === state)

/** The waybill that a link opens, or null. One statement, by freight_waybill_sign_link. */
async function findByLink({ db, zoneId }: Pick<CaseDeps, 'db' | 'zoneId'>, secret: string) {
  const row = await db
    .selectFrom('freight_waybill')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('sign_link_sha256', '=', sha256(secret))
    .executeTakeFirst()
  return row ?? null
}

const spent: WaybillError = { kind: 'link_spent', field: 'secret', value: null, rule: 'a link that is not signed yet' }

/** What the holder of a link sees until it is signed: what was carried, and nothing of the money. */
export async function readSignPage(deps: CaseDeps, secret: string) {
  const row = await findByLink(deps, secret)
  if (!row || !isUnsigned(row)) return err(spent)
  const to = await deps.db
    .selectFrom('freight_place')
    .select('name')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', row.to_id)
    .executeTakeFirstOrThrow()
  const { agreement } = row
  return ok({
    number: row.number,
    state: row.state,
    goods: row.goods,
    measure: row.measure,
    plan: row.plan,
    shipper: agreement.shipper.name,
    consignee: agreement.consignee.name,
    driver: row.driver_name,
    plate: agreement.vehicle.name,
    from: agreement.from.name,
    to: to.name,
    loadNetKg: row.load_net_kg,
    unloadNetKg: row.unload_net_kg,
    loadedAt: row.loaded_at,
    unloadedAt: row.unloaded_at,
    mayBeSigned: row.state === 'unloaded',
  })
}

type Picture = { readonly mediaType: (typeof pictureTypes)[number]; readonly base64: string }
export type LinkSignature = {
  readonly commandId: string
  readonly signer: string
  readonly signedBy: SignKind
  readonly code: string | null
  readonly picture: Picture | null
}

/** Signs by a link. The picture is taken in before the move: what a refused move leaves of it is swept within a day. */
export async function signByLink(
  deps: CaseDeps,
  files: FileDeps['files'],
  secret: string,
  lang: Lang,
  { picture, ...signature }: LinkSignature,
): Promise<Result<Standing, MoveError | UploadError | CommandReused>> {
  const row = await findByLink(deps, secret)
  // A repeat of the signature finds the waybill signed, and gets the first answer.
  if (!row) return err(spent)
  const actor: Actor = {
    accountId: linkAccount(sha256(secret)),
    name: signature.signer,
    kind: 'person',
    lang,
    memberships: [],
  }
  // Nothing is taken in that the move would refuse.
  const wanted = row.state === 'unloaded' && signature.signedBy !== 'code' ? picture : null
  const taken = wanted && (await takePicture({ ...deps, files }, wanted, actor.accountId))
  if (taken && !taken.ok) return taken
  return makeMove(deps, actor, row.id, {
    ...signature,
    move: 'sign',
    rev: 1,
    at: null,
    sentAt: null,
    position: null,
    fileId: taken?.value.id ?? null,
  })
}

const takePicture = (deps: FileDeps, { mediaType, base64 }: Picture, accountId: string) =>
  receiveFile(
    deps,
    {
      stream: Readable.from([Buffer.from(base64, 'base64')]),
      name: `signature.${mediaType.slice('image/'.length)}`,
      type: mediaType,
      purpose: 'evidence',
    },
    accountId,
  )
