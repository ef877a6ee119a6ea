import { change, only, say, write } from '@tingzhou/casework'
import { at as instant, type Tx } from '@tingzhou/db'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { correct } from '../load/take.ts'
import type { PlaceEnd } from '../words.ts'
import { tripOf, type WaybillDossier } from './case.ts'
import type { WaybillError } from './errors.ts'
import type { WaybillMove } from './move-spec.ts'
import { onBoardBeside } from './on-board.ts'
import { attachPictures, heard } from './proof.ts'
import { drives, supervises, type Stand } from './stand.ts'
import type { Move } from './waybill-contract.ts'
import { netOf } from './weigh.ts'

export const load: WaybillMove<'load'> = {
  from: ['at_load'],
  anyRevision: true,
  may: (stand) => only(drives(stand) || stand.clerkAtLoad, 'driver_or_carrier'),
  run: async ({ tx, dossier, stand, input }) => {
    const { at, data } = heard(dossier, input)
    const weighed = await keepSlip(tx, dossier, stand, 'load', input.slip, at)
    if (!weighed.ok) return weighed
    const { netKg, photo } = weighed.value
    change(dossier, { loaded_at: at, load_net_kg: netKg })
    await correctLoad(tx, dossier, dossier.row.plan, netKg)
    say(dossier, { verb: 'load', data: { ...data, ...input.slip, netKg, photo } })
    return ok({ kind: 'complete', node: 'weigh_load', vars: { outcome: 'load' } })
  },
}

export const unload: WaybillMove<'unload'> = {
  from: ['at_unload'],
  anyRevision: true,
  may: (stand) => only(drives(stand) || stand.clerkAtUnload, 'driver_or_carrier'),
  run: async ({ tx, dossier, stand, input }) => {
    const { at, data } = heard(dossier, input)
    const weighed = await keepSlip(tx, dossier, stand, 'unload', input.slip, at)
    if (!weighed.ok) return weighed
    const { netKg, photo } = weighed.value
    change(dossier, { unloaded_at: at, unload_net_kg: netKg })
    const lossKg = (dossier.row.load_net_kg ?? netKg) - netKg
    say(dossier, { verb: 'unload', data: { ...data, ...input.slip, netKg, photo, lossKg } })
    return ok({ kind: 'complete', node: 'weigh_unload', vars: {} })
  },
}

type Slip = Extract<Move, { move: 'load' }>['slip']

/** Checks a slip and keeps it with its photo. @returns the net weight and the photo's hash */
async function keepSlip(
  tx: Tx,
  dossier: WaybillDossier,
  stand: Stand,
  end: PlaceEnd,
  slip: Slip,
  at: EpochMs,
): Promise<Result<{ readonly netKg: number; readonly photo: string | null }, WaybillError>> {
  const { deps, row, doer, now } = dossier
  if (slip.source === 'device' && !stand.machine)
    return err({ kind: 'source_not_yours', field: 'slip.source', value: slip.source, rule: 'manual' })
  const board = end === 'load' && row.tour_id !== null ? await onBoardBeside(tx, row) : null
  const net = netOf(slip, board?.mayKg ?? tripOf(dossier).ratedLoadKg, board?.besideKg)
  if (!net.ok) return net
  if (slip.source === 'manual' && slip.photoId === null)
    return err({ kind: 'photo_required', field: 'slip.photoId', value: null, rule: 'a photo of the slip' })
  const attached = await attachPictures(tx, dossier, slip.photoId === null ? [] : [slip.photoId])
  if (!attached.ok) return attached
  const photo = attached.value[0]?.sha256 ?? null
  const used = photo === null ? null : await usedBy(tx, deps.zoneId, photo)
  if (used !== null) return err(photoUsed(used))
  write(
    dossier,
    tx.insertInto('freight_slip').values({
      zone_id: deps.zoneId,
      id: deps.newId(),
      waybill_id: row.id,
      place_end: end,
      number: slip.number,
      gross_kg: slip.grossKg,
      tare_kg: slip.tareKg,
      net_kg: net.value,
      source: slip.source,
      operator: slip.operator,
      weighed_at: instant(at),
      photo_id: slip.photoId,
      photo_sha256: photo,
      created_at: instant(now),
      created_by: doer.name,
    }),
  )
  return ok({ netKg: net.value, photo })
}

/** @param value  the waybill that it proves, empty when it is not known */
export const photoUsed = (value: string): WaybillError => ({
  kind: 'photo_used',
  field: 'slip.photoId',
  value,
  rule: 'one photo, one weighing',
})

/** The number of the waybill whose weighing a photo proves, or null. By freight_slip_photo. */
async function usedBy(tx: Tx, zoneId: string, sha256: string): Promise<string | null> {
  const row = await tx
    .selectFrom('freight_slip as s')
    .innerJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 's.zone_id').onRef('w.id', '=', 's.waybill_id'),
    )
    .select('w.number')
    .where('s.zone_id', '=', zoneId)
    .where('s.photo_sha256', '=', sha256)
    .where('s.voided_at', 'is', null)
    .executeTakeFirst()
  return row?.number ?? null
}

/** The load holds what was really loaded; only tons are weighed. */
async function correctLoad(tx: Tx, { deps, row }: WaybillDossier, from: number, to: number): Promise<void> {
  if (row.measure === 'ton') await correct(tx, deps, { loadId: row.load_id, shareId: row.share_id, from, to })
}

/** A wrong slip is voided, never changed, and the truck is weighed again; so is a leg that went on with the weight of the one before. */
export const unweigh: WaybillMove<'unweigh'> = {
  from: ['loaded', 'unloaded'],
  may: (stand) => only(supervises(stand), 'supervisor_only'),
  run: async ({ tx, dossier, input }) => {
    const { row, deps, now } = dossier
    const end = row.state === 'loaded' ? 'load' : 'unload'
    const voided = await tx
      .updateTable('freight_slip')
      .set({ voided_at: instant(now), void_why: input.reason })
      .where('zone_id', '=', deps.zoneId)
      .where('waybill_id', '=', row.id)
      .where('place_end', '=', end)
      .where('voided_at', 'is', null)
      .returning('number')
      .executeTakeFirst()
    const netKg = end === 'load' ? row.load_net_kg : row.unload_net_kg
    assert(netKg !== null, 'what is loaded or unloaded was weighed')
    if (end === 'load') await correctLoad(tx, dossier, netKg, row.plan)
    change(
      dossier,
      end === 'load' ? { loaded_at: null, load_net_kg: null } : { unloaded_at: null, unload_net_kg: null },
    )
    say(dossier, { verb: 'unweigh', reason: input.reason, data: { end, slip: voided?.number ?? null, netKg } })
    return ok({ kind: 'complete', node: ['to_depart', 'to_sign'], vars: { outcome: 'unweigh' } })
  },
}
