import { sql } from 'kysely'
import { mayReach } from '@tingzhou/access'
import { at, newId, type Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import { attachEach } from '@tingzhou/files'
import { epochMs, err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import type { FreightDeps } from '../record.ts'
import '../tables.ts'
import { lockBridge } from './bridge.ts'
import type { SentWeighing } from './bridge-contract.ts'
import { faultOf, mergePass, passOf, type Known, type WeighingFault } from './judge.ts'
import { speaksFor } from './reach.ts'
import { weighingChanged, weighingKept } from './told.ts'
import './tables.ts'

/** What became of one record: the row under which it is kept, or why it is not. */
export type Answered = {
  readonly number: string
  readonly id: string | null
  readonly fault: WeighingFault | null
}

type Row = Known & { readonly id: string; readonly plate: string; readonly photoSha256: string | null }

type Call = { readonly id: string; readonly weighings: readonly SentWeighing[] }

/**
 * Keeps what a weighbridge says, record by record in the order of the call: a repeat is answered as before, a second pass completes the
 * first, anything else about a known number is refused. Matching comes after the commit.
 * Eight statements at most, whatever the number of records.
 */
export async function keepWeighings(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: Call,
): Promise<Result<readonly Answered[], FreightError>> {
  const admitted = await admit(tx, deps, actor, input.id)
  if (!admitted.ok) return admitted
  const bridge = admitted.value
  const now = deps.clock()
  const rows = await rowsOf(tx, deps.zoneId, input)
  const ids = new Map(input.weighings.map(({ number }) => [number, rows.get(number)?.id ?? newId()]))
  const photos = await photosOf(tx, deps, actor, acceptable(rows, input.weighings, bridge.max_kg, now), ids)
  const touched = new Set<string>()
  const answers = input.weighings.map((sent): Answered => {
    const { number } = sent
    const id = ids.get(number) ?? newId()
    if (isRepeat(rows, sent)) return { number, id, fault: null }
    const fault = faultOf(sent, bridge.max_kg, now) ?? photos.faults.get(sent)
    const merged = fault ? err(fault) : merge(rows.get(number), sent, id, photos.hashes)
    if (!merged.ok) return { number, id: null, fault: merged.error }
    rows.set(number, merged.value)
    touched.add(number)
    return { number, id, fault: null }
  })
  const kept = [...rows].flatMap(([number, row]) => (touched.has(number) ? [{ number, ...row }] : []))
  await hear(tx, deps, bridge.id)
  await save(tx, deps, actor, bridge.id, kept)
  await tell(tx, deps, bridge.owner_id, kept)
  return ok(answers)
}

/** The weighbridge, locked: one call of it looks at its numbers at a time. Refused to whoever does not speak for it. */
async function admit(tx: Tx, { zoneId }: FreightDeps, actor: Actor, id: string) {
  const bridge = await lockBridge(tx, zoneId, id)
  if (!bridge) return err({ kind: 'not_found' } as const)
  if (!speaksFor(actor, bridge.owner_id)) {
    const isSeen = await mayReach(tx, actor, zoneId, 'freight_bridge', id)
    return err({ kind: isSeen ? 'not_allowed' : 'not_found' } as const)
  }
  if (bridge.state === 'open') return ok(bridge)
  return err({ kind: 'not_open', field: 'id', value: bridge.name, rule: 'still_open' } as const)
}

/** The records that are kept if nothing is wrong with their photos; no other takes its photo. Pure. O(records). */
function acceptable(
  rows: ReadonlyMap<string, Row>,
  weighings: readonly SentWeighing[],
  maxKg: number,
  now: number,
): readonly SentWeighing[] {
  const known = new Map<string, Known>(rows)
  return weighings.filter((sent) => {
    if (isRepeat(known, sent) || faultOf(sent, maxKg, now) !== null) return false
    const merged = mergePass(known.get(sent.number) ?? null, sent)
    if (merged.ok) known.set(sent.number, merged.value)
    return merged.ok
  })
}

function merge(
  before: Row | undefined,
  sent: SentWeighing,
  id: string,
  hashes: ReadonlyMap<SentWeighing, string>,
): Result<Row, WeighingFault> {
  const merged = mergePass(before ?? null, sent)
  if (!merged.ok) return merged
  const photoSha256 = sent.photoId === null ? (before?.photoSha256 ?? null) : hashes.get(sent)
  if (photoSha256 === undefined) return err({ field: 'photoId', value: sent.photoId ?? '', rule: 'bridge_photo_own' })
  return ok({ ...merged.value, id, plate: before?.plate ?? sent.plate, photoSha256 })
}

const hear = (tx: Tx, { zoneId, clock }: FreightDeps, id: string) =>
  tx
    .updateTable('freight_bridge')
    .set({ heard_at: at(clock()) })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()

/** Complete records are matched after the commit; of the others screens hear. One statement. */
const tell = (tx: Tx, { zoneId, clock }: FreightDeps, ownerId: string | null, rows: readonly Row[]): Promise<void> =>
  addToOutbox(
    tx,
    zoneId,
    rows.map(({ id, state }) => ({
      type: state === 'kept' ? weighingKept : weighingChanged,
      objectKind: 'freight_weighing',
      objectId: id,
      to: ownerId === null ? [] : [ownerId],
      at: clock(),
    })),
  )

const isRepeat = (rows: ReadonlyMap<string, Known>, sent: SentWeighing): boolean =>
  rows.get(sent.number)?.passes.includes(passOf(sent)) ?? false

/** What is known of the numbers of a call. By freight_weighing_number. */
async function rowsOf(tx: Tx, zoneId: string, { id, weighings }: Call): Promise<Map<string, Row>> {
  const rows = await tx
    .selectFrom('freight_weighing')
    .select(['id', 'number', 'plate', 'plate_key', 'gross_kg', 'tare_kg', 'weighed_at', 'operator'])
    .select(['photo_id', 'photo_sha256', 'passes', 'state'])
    .where('zone_id', '=', zoneId)
    .where('bridge_id', '=', id)
    .where('number', 'in', [...new Set(weighings.map(({ number }) => number))])
    .forUpdate()
    .execute()
  return new Map(
    rows.map((row) => [
      row.number,
      {
        id: row.id,
        plate: row.plate,
        plateKey: row.plate_key,
        grossKg: row.gross_kg,
        tareKg: row.tare_kg,
        weighedAt: row.weighed_at,
        operator: row.operator,
        photoId: row.photo_id,
        photoSha256: row.photo_sha256,
        passes: row.passes,
        state: row.state,
      },
    ]),
  )
}

/** Attaches the photos of records that are not known yet; each proves one weighing. Three statements. */
async function photosOf(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  sent: readonly SentWeighing[],
  ids: ReadonlyMap<string, string>,
): Promise<{
  readonly hashes: ReadonlyMap<SentWeighing, string>
  readonly faults: ReadonlyMap<SentWeighing, WeighingFault>
}> {
  const wanted = sent.flatMap((one) => {
    const objectId = ids.get(one.number)
    return one.photoId === null || objectId === undefined ? [] : [{ one, fileId: one.photoId, objectId }]
  })
  const attached = await attachEach(tx, deps.zoneId, {
    objectKind: 'freight_weighing',
    pairs: wanted,
    actorId: actor.accountId,
    now: deps.clock(),
  })
  const infoOf = (fileId: string) => {
    const answer = attached.get(fileId)
    return answer?.ok ? answer.value : null
  }
  const owners = await photoOwners(
    tx,
    deps.zoneId,
    wanted.flatMap(({ fileId }) => infoOf(fileId)?.sha256 ?? []),
  )
  for (const { fileId, objectId } of wanted) {
    const sha256 = infoOf(fileId)?.sha256
    if (sha256 !== undefined) owners.set(sha256, [...(owners.get(sha256) ?? []), objectId])
  }
  const hashes = new Map<SentWeighing, string>()
  const faults = new Map<SentWeighing, WeighingFault>()
  for (const { one, fileId, objectId } of wanted) {
    const info = infoOf(fileId)
    const isOnlyIts = (owners.get(info?.sha256 ?? '') ?? []).every((id) => id === objectId)
    const rule = photoRule(info, isOnlyIts)
    if (rule !== null) faults.set(one, { field: 'photoId', value: fileId, rule })
    else if (info) hashes.set(one, info.sha256)
  }
  return { hashes, faults }
}

function photoRule(info: { readonly mediaType: string } | null, isOnlyIts: boolean): string | null {
  if (!info) return 'bridge_photo_own'
  if (!info.mediaType.startsWith('image/')) return 'bridge_photo_picture'
  return isOnlyIts ? null : 'bridge_photo_once'
}

/** By the hash of a photo, the records and slips that it belongs to. By freight_weighing_photo, freight_slip_photo. */
async function photoOwners(tx: Tx, zoneId: string, hashes: readonly string[]) {
  const owners = new Map<string, string[]>()
  if (hashes.length === 0) return owners
  const { rows } = await sql<{ readonly sha256: string; readonly id: string }>`
    select r.photo_sha256 as sha256, r.id from freight_weighing r
    where r.zone_id = ${zoneId} and r.photo_sha256 = any(${[...hashes]}::text[])
    union all select s.photo_sha256, s.id from freight_slip s
    where s.zone_id = ${zoneId} and s.photo_sha256 = any(${[...hashes]}::text[]) and s.voided_at is null`.execute(tx)
  for (const { sha256, id } of rows) owners.set(sha256, [...(owners.get(sha256) ?? []), id])
  return owners
}

/** Writes new slips and second passes. One statement. */
async function save(
  tx: Tx,
  { zoneId, clock }: FreightDeps,
  actor: Actor,
  bridgeId: string,
  rows: readonly (Row & { readonly number: string })[],
): Promise<void> {
  if (rows.length === 0) return
  const now = at(clock())
  await tx
    .insertInto('freight_weighing')
    .values(
      rows.map((row) => ({
        zone_id: zoneId,
        id: row.id,
        bridge_id: bridgeId,
        number: row.number,
        plate: row.plate,
        plate_key: row.plateKey,
        gross_kg: row.grossKg,
        tare_kg: row.tareKg,
        weighed_at: at(epochMs(row.weighedAt)),
        operator: row.operator,
        photo_id: row.photoId,
        photo_sha256: row.photoSha256,
        passes: [...row.passes],
        state: row.state,
        waybill_id: null,
        place_end: null,
        slip_id: null,
        refusal: null,
        decided_by: null,
        received_at: now,
        received_by: actor.name,
        updated_at: now,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['zone_id', 'id']).doUpdateSet((eb) => ({
        gross_kg: eb.ref('excluded.gross_kg'),
        tare_kg: eb.ref('excluded.tare_kg'),
        weighed_at: eb.ref('excluded.weighed_at'),
        operator: eb.ref('excluded.operator'),
        photo_id: eb.ref('excluded.photo_id'),
        photo_sha256: eb.ref('excluded.photo_sha256'),
        passes: eb.ref('excluded.passes'),
        state: eb.ref('excluded.state'),
        received_at: eb.ref('excluded.received_at'),
        received_by: eb.ref('excluded.received_by'),
        updated_at: eb.ref('excluded.updated_at'),
        rev: sql<number>`freight_weighing.rev + 1`,
      })),
    )
    .execute()
}
