import { flushBatch, type Db, type Tx } from '@tingzhou/db'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { accountsWithRole } from '@tingzhou/parties'
import { planOfApplication } from './application-check.ts'
import { dossierOf, grant, openDossier, say, type Dossier, type Package, type ServicesDeps } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import { packagesOf, placeMessage, type PlacePackage } from './joint.ts'
import { begin, message } from './move.ts'
import { blankPackage, jointPlaceHost } from './package-host.ts'
import { departmentIn, type Planned } from './plan.ts'
import { insertAsks, listOfToday } from './supplement-list.ts'
import type { AskLine } from './tables.ts'

type Subject = Dossier<'cross_region_package'>

/** The places that have taken their package in, and when. One statement. */
export async function receivedPlaces(
  tx: Tx | Db,
  { zoneId }: Pick<ServicesDeps, 'zoneId'>,
  applicationId: string,
): Promise<ReadonlyMap<string, EpochMs>> {
  const rows = await placeRows(tx, zoneId, applicationId)
  return new Map(
    rows.flatMap(({ place, received_at }) => (received_at === null ? [] : [[place, received_at] as const])),
  )
}

const placeRows = (tx: Tx | Db, zoneId: string, applicationId: string) =>
  tx
    .selectFrom('cross_region_package')
    .select(['id', 'place', 'state', 'received_at'])
    .where('zone_id', '=', zoneId)
    .where('application_id', '=', applicationId)
    .where('place', '<>', '')
    .orderBy('place')
    .limit(50)
    .execute()

/** 多地联办: an accepted application goes to each place as a package of its own. What is open already is left alone. */
export async function openPlaces(tx: Tx, deps: ServicesDeps, applicationId: string): Promise<void> {
  const cause = { by: 'event', type: 'services.joint_accepted' } as const
  const application = await openDossier(tx, deps, 'service_application', applicationId, cause)
  if (application?.row.state !== 'running') return
  const planned = await planOfApplication(tx, deps, application.row)
  const known = new Set((await placeRows(tx, deps.zoneId, applicationId)).map(({ place }) => place))
  for (const place of packagesOf(planned.places)) {
    if (known.has(place.area)) continue
    const dossier = newPlacePackage(deps, planned, applicationId, place)
    const vars = { outcome: null, answerDueAt: null, supplementDueAt: null }
    const begun = await begin(tx, dossier, jointPlaceHost(deps), 'joint-place', vars)
    assert(begun.ok, `a place gets its package, got ${JSON.stringify(begun)}`)
    await flushBatch(tx, dossier.batch)
  }
}

function newPlacePackage(deps: ServicesDeps, planned: Planned, applicationId: string, place: PlacePackage): Subject {
  const now = deps.clock()
  const departments = place.departments.flatMap((code) => departmentIn(planned, code).id ?? [])
  const row: Package = {
    ...blankPackage,
    state: 'answer',
    zone_id: deps.zoneId,
    id: deps.newId(),
    application_id: applicationId,
    receiving: planned.stored.body.joint?.home.zh ?? '',
    deciding: place.name.zh,
    receiver_account: 'system',
    place: place.area,
    items: [...place.items],
    department_ids: departments,
    created_at: now,
    updated_at: now,
  }
  const cause = { by: 'event', type: 'services.joint_accepted' } as const
  const dossier = dossierOf(deps, 'cross_region_package', row, cause, { fresh: true })
  grant(
    dossier,
    departments.flatMap((partyId) => [
      { partyId, relation: 'owner' as const },
      { partyId, relation: 'pool' as const },
    ]),
  )
  say(dossier, { verb: 'open_package', data: { deciding: row.deciding, items: row.items } })
  return dossier
}

/** What a place asks stands on the one list of the day; the package is sent again when the applicant has answered it. */
export async function askFromPlace(
  tx: Tx,
  dossier: Subject,
  asks: readonly AskLine[],
): Promise<Result<EpochMs | null, ServiceError>> {
  const { deps, row } = dossier
  const cases = await tx
    .selectFrom('item_case')
    .select(['id', 'code'])
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', row.application_id)
    .where('place', '=', row.place)
    .orderBy('code')
    .limit(200)
    .execute()
  const [first] = cases
  if (!first) return err({ kind: 'task_gone', move: 'ask_correction', state: row.state })
  const planned = await planOfPackage(tx, dossier)
  const list = await listOfToday(tx, dossier, row.application_id)
  for (const ask of asks) {
    const needing = planned.materials.find(({ material }) => material.code === ask.material)?.items ?? []
    if (ask.material !== null && needing.length === 0)
      return err({
        kind: 'unknown_material',
        field: 'asks',
        value: ask.material,
        rule: 'a material of the application',
      })
    const item = cases.find(({ code }) => needing.includes(code)) ?? first
    await insertAsks(tx, dossier, list.id, item.id, [ask])
  }
  return ok(list.dueAt)
}

async function planOfPackage(tx: Tx, { deps, row }: Subject): Promise<Planned> {
  const application = await tx
    .selectFrom('service_application')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', row.application_id)
    .executeTakeFirstOrThrow()
  return planOfApplication(tx, deps, application)
}

/** The applicant answered a list: the packages of the places that asked on it are sent again. */
export async function resendPlaces(tx: Tx, deps: ServicesDeps, supplementId: string): Promise<void> {
  const rows = await tx
    .selectFrom('supplement_ask as k')
    .innerJoin('item_case as i', (join) =>
      join.onRef('i.zone_id', '=', 'k.zone_id').onRef('i.id', '=', 'k.item_case_id'),
    )
    .innerJoin('cross_region_package as p', (join) =>
      join
        .onRef('p.zone_id', '=', 'i.zone_id')
        .onRef('p.application_id', '=', 'i.application_id')
        .onRef('p.place', '=', 'i.place'),
    )
    .select('p.id')
    .distinct()
    .where('k.zone_id', '=', deps.zoneId)
    .where('k.supplement_id', '=', supplementId)
    .where('p.state', '=', 'repair')
    .orderBy('p.id')
    .limit(50)
    .execute()
  for (const { id } of rows) await tellPlace(tx, deps, id, 'services.supplement_supplied', 'supplied')
}

const tellPlace = (tx: Tx, deps: ServicesDeps, id: string, cause: string, name: string) =>
  message(tx, deps, jointPlaceHost(deps), ['cross_region_package', id], cause, { name })

/** An item has ended, or the applicant left: places whose items are all over have nothing more to do. */
export async function closePlaces(tx: Tx, deps: ServicesDeps, applicationId: string, cause: string): Promise<void> {
  const rows = await placeRows(tx, deps.zoneId, applicationId)
  if (rows.length === 0) return
  const withdrawn = cause === 'services.application_withdrawn'
  const open = await tx
    .selectFrom('item_case')
    .select('place')
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', applicationId)
    .where('state', 'not in', ['granted', 'refused', 'cancelled', 'ended', 'revoked'])
    .limit(500)
    .execute()
  for (const { id, place, state } of rows) {
    const name = withdrawn ? 'withdrawn' : placeMessage(state, !open.some((item) => item.place === place))
    if (name !== null) await tellPlace(tx, deps, id, cause, name)
  }
}

/** Whoever answers for a place: heads and officers of its departments. */
export const peopleOfPlace = async (tx: Tx, { zoneId }: ServicesDeps, departments: readonly string[]) =>
  (await Promise.all(departments.map((id) => accountsWithRole(tx, zoneId, ['dept_head', 'dept_officer'], id)))).flat()
