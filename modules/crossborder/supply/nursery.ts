import { sql } from 'kysely'
import { grantReach, reaches } from '@tingzhou/access'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { CrossborderError, Fault } from '../problems.ts'
import { keepsFor } from '../reach.ts'
import { changesBetween, note, writtenBy, type CrossborderDeps, type Saved } from '../record.ts'
import '../tables.ts'
import type { State } from '../words.ts'
import { openEnterprise } from './sale.ts'

/** A nursery 苗圃 that is registered with customs. */
export type NurseryFields = {
  readonly name: string
  readonly registration: string
  readonly validFrom: string
  readonly validTo: string
  readonly address: string
  readonly remark: string
}

const toRow = (fields: NurseryFields) => ({
  name: fields.name,
  registration: fields.registration,
  valid_from: fields.validFrom,
  valid_to: fields.validTo,
  address: fields.address,
  remark: fields.remark,
})

const faultOf = ({ validFrom, validTo }: NurseryFields): Fault | null =>
  validFrom <= validTo ? null : { field: 'validTo', value: validTo, rule: `not_before ${validFrom}` }

/** Enters a nursery of an enterprise, which reaches it. */
export async function enterNursery(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: NurseryFields & { readonly enterpriseId: string; readonly synthetic: boolean },
): Promise<Result<Saved, CrossborderError>> {
  const { enterpriseId, synthetic } = input
  if (!keepsFor(actor, enterpriseId)) return err({ kind: 'not_permitted' })
  const fault = faultOf(input)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const enterprise = await openEnterprise(tx, deps, 'enterpriseId', enterpriseId)
  if (!enterprise.ok) return enterprise
  const taken = await registrationTaken(tx, deps, input.registration, null)
  if (taken) return err(taken)
  const id = newId()
  const row = { ...toRow(input), enterprise_id: enterpriseId, synthetic }
  await tx
    .insertInto('export_nursery')
    .values({ zone_id: deps.zoneId, id, ...row, ...writtenBy(actor, deps.clock()) })
    .execute()
  await grantReach(tx, deps.zoneId, [
    { objectKind: 'export_nursery', objectId: id, partyId: enterpriseId, relation: 'enterprise' },
  ])
  const data = changesBetween({}, row)
  await note(tx, deps, actor, { objectKind: 'export_nursery', objectId: id, verb: 'enter', data, to: [enterpriseId] })
  return ok({ id, rev: 1 })
}

async function registrationTaken(
  tx: Tx,
  { zoneId }: CrossborderDeps,
  registration: string,
  except: string | null,
): Promise<CrossborderError | null> {
  const row = await tx
    .selectFrom('export_nursery')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('registration', '=', registration)
    .executeTakeFirst()
  if (!row || row.id === except) return null
  return { kind: 'taken', field: 'registration', value: registration, rule: 'unique' }
}

/** The nursery, locked, if the actor keeps it. Two statements at most. */
async function keptNursery(tx: Tx, deps: CrossborderDeps, actor: Actor, id: string) {
  const row = await tx
    .selectFrom('export_nursery')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .where(reaches(actor, 'export_nursery', { zoneId: deps.zoneId, objectId: sql.ref('export_nursery.id') }))
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' } as const)
  return keepsFor(actor, row.enterprise_id) ? ok(row) : err({ kind: 'not_permitted' } as const)
}

/** Changes, closes or reopens a nursery; whose it is stays. */
export async function changeNursery(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: NurseryFields & { readonly id: string; readonly rev: number; readonly why: string; readonly state: State },
): Promise<Result<Saved, CrossborderError>> {
  const { id } = input
  const kept = await keptNursery(tx, deps, actor, id)
  if (!kept.ok) return kept
  const row = kept.value
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const fault = faultOf(input)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const taken = await registrationTaken(tx, deps, input.registration, id)
  if (taken) return err(taken)
  const after = { ...toRow(input), state: input.state }
  await tx
    .updateTable('export_nursery')
    .set({ ...after, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  const data = changesBetween(row, after)
  const to = [row.enterprise_id]
  await note(tx, deps, actor, { objectKind: 'export_nursery', objectId: id, verb: 'change', why: input.why, data, to })
  return ok({ id, rev: row.rev + 1 })
}

export type PlotFields = {
  readonly code: string
  readonly areaM2: number | null
  readonly lonDeg: number | null
  readonly latDeg: number | null
  readonly remark: string
}

/** Plots of one nursery. */
const plotsMax = 200

/** Adds a plot 地块 to a nursery. */
export async function addPlot(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: PlotFields & { readonly id: string },
): Promise<Result<{ readonly id: string }, CrossborderError>> {
  const kept = await keptNursery(tx, deps, actor, input.id)
  if (!kept.ok) return kept
  const nursery = kept.value
  if (nursery.state === 'closed') return err({ kind: 'not_open', field: 'id', value: nursery.name, rule: 'still_open' })
  const { code, areaM2, lonDeg, latDeg, remark } = input
  if ((lonDeg === null) !== (latDeg === null))
    return err({ kind: 'field_refused', field: 'latDeg', value: latDeg, rule: 'both_degrees' })
  const plots = await tx
    .selectFrom('export_plot')
    .select('code')
    .where('zone_id', '=', deps.zoneId)
    .where('nursery_id', '=', nursery.id)
    .limit(plotsMax)
    .execute()
  if (plots.some((plot) => plot.code === code))
    return err({ kind: 'taken', field: 'code', value: code, rule: 'unique' })
  if (plots.length === plotsMax)
    return err({ kind: 'field_refused', field: 'code', value: code, rule: `at_most ${plotsMax}` })
  const id = newId()
  const row = { code, area_m2: areaM2, lon_deg: lonDeg, lat_deg: latDeg, remark }
  await tx
    .insertInto('export_plot')
    .values({
      zone_id: deps.zoneId,
      id,
      nursery_id: nursery.id,
      ...row,
      created_at: at(deps.clock()),
      created_by: actor.name,
    })
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'export_nursery',
    objectId: nursery.id,
    verb: 'add_plot',
    data: { plotId: id, ...row },
    to: [nursery.enterprise_id],
  })
  return ok({ id })
}
