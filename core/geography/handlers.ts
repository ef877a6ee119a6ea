import { implement } from '@orpc/server'
import { newId, runCommand, type CommandReused, type Tx } from '@tingzhou/db'
import {
  commandProblems,
  problem,
  requireActor,
  requireRole,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { epochMs, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole } from '@tingzhou/parties'
import { writeXlsx } from '@tingzhou/sheets'
import { geographyContract } from './contract.ts'
import { crossingSheet } from './crossing-sheet.ts'
import { allCrossings, listCrossings, type CrossingFilter } from './crossing-view.ts'
import {
  addGeofence,
  changeGeofence,
  findGeofence,
  geofencesIn,
  listGeofences,
  removeGeofence,
  type Author,
  type GeofenceError,
  type GeofenceWish,
} from './geofence.ts'
import { agreeDistance, endAgreedDistance, listAgreedDistances, type AgreedDistanceError } from './lane.ts'
import './texts.ts'

const area = 'geography'
const problems = {
  ...commandProblems,
  shape_malformed: { status: 422, area },
  shape_outside_region: { status: 422, area },
  shape_too_many_places: { status: 422, area },
  shape_too_large: { status: 422, area },
  shape_repeats_place: { status: 422, area },
  shape_crosses_itself: { status: 422, area },
  geofence_not_found: { status: 404, area },
  validity_empty: { status: 422, area, field: 'validUntil', rule: '> validFrom' },
  party_missing: { status: 422, area, field: 'partyId', rule: 'required' },
  party_unknown: { status: 422, area, field: 'partyId' },
  vehicles_missing: { status: 422, area, field: 'points', rule: 'at least one' },
  vehicle_unknown: { status: 422, area, field: 'points', valueIn: 'point' },
  nothing_told: { status: 422, area, field: 'tellsEntry', rule: 'at least one kind of event' },
  too_many_geofences: { status: 409, area },
  agreed_distance_not_found: { status: 404, area },
} satisfies ProblemTable<GeofenceError | AgreedDistanceError | CommandReused>

const os = implement(geographyContract).$context<RequestContext>()
/** The most rows one export writes; more is asked for by a narrower filter. */
const exportRowsMax = 50_000

const staffRoles = ['admin', 'dispatcher', 'supervisor', 'auditor', 'leader', 'coordinator', 'machine'] as const
const keeper = (context: RequestContext) => requireRole(requireActor(context), 'admin', 'dispatcher', 'machine')
const staff = (context: RequestContext) => requireRole(requireActor(context), ...staffRoles)

type Instants<T> = { readonly [K in keyof T]: K extends 'validFrom' | 'validUntil' ? number | null : T[K] }

const wishOf = (input: Instants<GeofenceWish>): GeofenceWish => ({
  ...input,
  validFrom: instantOrNull(input.validFrom),
  validUntil: instantOrNull(input.validUntil),
})
const instantOrNull = (ms: number | null): EpochMs | null => (ms === null ? null : epochMs(ms))

type FilterInput = {
  readonly fence?: string | undefined
  readonly point?: number | undefined
  readonly device?: string | undefined
  readonly kind?: CrossingFilter['kind']
  readonly late?: '0' | '1' | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
}
const filterOf = ({ fence, point, device, kind, late, from, to }: FilterInput): CrossingFilter => ({
  fence,
  point,
  device,
  kind,
  late: late === undefined ? undefined : late === '1',
  from: from === undefined ? undefined : epochMs(from),
  to: to === undefined ? undefined : epochMs(to),
})

/** Runs a command on fences; those that watch know of it at once. */
async function write(
  context: RequestContext,
  name: string,
  input: { readonly commandId: string },
  work: (
    tx: Tx,
    author: Author,
    now: EpochMs,
  ) => Promise<Result<{ readonly id: string; readonly version: number }, GeofenceError>>,
) {
  const actor = keeper(context)
  const { deps } = context
  const { commandId, ...wish } = input
  const command = { commandId, actorId: actor.accountId, name: `geography.${name}`, input: wish }
  // Vehicles live by real time, also in a demo whose clock is moved.
  const written = await runCommand(deps, command, (tx) => work(tx, actor, deps.telemetry.clock()))
  const answer = unwrap(written, problems)
  await deps.geography.fences.book.refresh()
  return answer
}

/** The routes of fences, of what vehicles did to them, and of distances. */
export const geographyRouter = os.router({
  geofences: os.geofences.handler(({ context, input }) => {
    const { db, zoneId } = context.deps
    return listGeofences(db, zoneId, requireActor(context), { ...input, removed: input.removed === '1' })
  }),
  geofencesShown: os.geofencesShown.handler(({ context, input }) => {
    const { db, zoneId } = context.deps
    return geofencesIn(db, zoneId, requireActor(context), input)
  }),
  geofence: os.geofence.handler(async ({ context, input }) => {
    const { db, zoneId } = context.deps
    const found = await findGeofence(db, zoneId, requireActor(context), input.id)
    if (!found) throw problem({ kind: 'not_found', status: 404 })
    return found
  }),
  addGeofence: os.addGeofence.handler(({ context, input }) => {
    const { zoneId } = context.deps
    return write(context, 'add_geofence', input, (tx, author, now) =>
      addGeofence(tx, zoneId, newId(), wishOf(input), author, now),
    )
  }),
  changeGeofence: os.changeGeofence.handler(({ context, input }) => {
    const { zoneId } = context.deps
    return write(context, 'change_geofence', input, (tx, author, now) =>
      changeGeofence(tx, zoneId, input.id, input.rev, wishOf(input), author, now),
    )
  }),
  removeGeofence: os.removeGeofence.handler(({ context, input }) => {
    const { zoneId } = context.deps
    return write(context, 'remove_geofence', input, (tx, author, now) =>
      removeGeofence(tx, zoneId, input.id, input.rev, author, now),
    )
  }),
  crossings: os.crossings.handler(async ({ context, input }) => {
    const { db, zoneId } = context.deps
    const { cursor, limit } = input
    const { rows, next } = await listCrossings(db, zoneId, requireActor(context), { ...filterOf(input), cursor, limit })
    return { rows: [...rows], next, total: null }
  }),
  exportCrossings: os.exportCrossings.handler(async ({ context, input }) => {
    const { db, zoneId, clock } = context.deps
    const rows = []
    for await (const part of allCrossings(db, zoneId, requireActor(context), filterOf(input))) {
      rows.push(...part)
      if (rows.length > exportRowsMax)
        throw problem({
          kind: 'export_too_large',
          status: 422,
          area,
          rule: `at most ${exportRowsMax} rows`,
          meta: { max: exportRowsMax },
        })
    }
    const { columns, name, notes } = crossingSheet(context.lang, input, clock())
    const bytes = await writeXlsx(columns, rows, { sheetName: name, notesSheet: notes })
    return new File([new Uint8Array(bytes)], `${name}.xlsx`, {
      type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    })
  }),
  distance: os.distance.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { fromLon, fromLat, toLon, toLat, fromKey, toKey, at } = input
    const distance = await context.deps.geography.distances.distance({
      from: { place: { lon: fromLon, lat: fromLat }, key: fromKey },
      to: { place: { lon: toLon, lat: toLat }, key: toKey },
      at: at === undefined ? undefined : epochMs(at),
    })
    // Whose contract it is concerns those who may list them.
    const isHidden = distance.basis === 'contract' && !hasRole(actor, ...staffRoles)
    return { ...distance, source: isHidden ? '' : distance.source, skipped: [...distance.skipped] }
  }),
  agreedDistances: os.agreedDistances.handler(({ context, input }) => {
    staff(context)
    const { db, zoneId } = context.deps
    return listAgreedDistances(db, zoneId, input)
  }),
  agreeDistance: os.agreeDistance.handler(async ({ context, input }) => {
    const actor = keeper(context)
    const { deps } = context
    const { commandId, ...wish } = input
    const dated = { validFrom: instantOrNull(wish.validFrom), validUntil: instantOrNull(wish.validUntil) }
    const command = { commandId, actorId: actor.accountId, name: 'geography.agree_distance', input: wish }
    const agreed = await runCommand(deps, command, (tx) =>
      agreeDistance(tx, deps.zoneId, { ...wish, ...dated, id: newId() }, actor, deps.clock()),
    )
    return unwrap(agreed, problems)
  }),
  endAgreedDistance: os.endAgreedDistance.handler(async ({ context, input: { id, commandId } }) => {
    const actor = keeper(context)
    const { deps } = context
    const command = { commandId, actorId: actor.accountId, name: 'geography.end_agreed_distance', input: { id } }
    const ended = await runCommand(deps, command, (tx) => endAgreedDistance(tx, deps.zoneId, id, deps.clock()))
    return unwrap(ended, problems)
  }),
})
