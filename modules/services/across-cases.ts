import { flushBatch, type Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { assert } from '@tingzhou/kernel'
import { outcomesOf } from './application-host.ts'
import { submitDraft } from './application-submit.ts'
import { applicationMovable } from './application-moves.ts'
import { change, closeDossier, openDossier, say, type ServicesDeps } from './dossier.ts'
import { itemHost } from './item-host.ts'
import { itemsToCancel, readyItems } from './item-run.ts'
import { withReceipts } from './joint.ts'
import { closePlaces, openPlaces, receivedPlaces, resendPlaces } from './joint-place.ts'
import { begin, message } from './move.ts'
import { packageHost } from './package-host.ts'
import { newRevocation, revocationHost } from './revocation-host.ts'

/** What one case of the services does to another, each in the transaction of its event, under the other's own lock. */
export const caseHandlers = (deps: ServicesDeps): readonly EventHandler[] => [
  {
    name: 'services.dependents',
    types: ['services.item_concluded', 'services.item_blocked'],
    handle: (tx, event) => tellDependents(tx, deps, event),
  },
  {
    name: 'services.broken_promise',
    types: ['services.promise_broken'],
    handle: async (tx, event) => {
      for (const id of listOf(event, 'items')) await endItem(tx, deps, id)
    },
  },
  {
    name: 'services.supplied_list',
    types: ['services.supplement_supplied'],
    handle: (tx, event) => resumeItems(tx, deps, textIn(event, 'supplementId')),
  },
  {
    name: 'services.package_taken_in',
    types: ['services.package_received'],
    handle: (tx, event) => submitPacked(tx, deps, textIn(event, 'applicationId')),
  },
  {
    name: 'services.joint_places',
    types: ['services.joint_accepted'],
    handle: (tx, event) => openPlaces(tx, deps, event.objectId),
  },
  {
    name: 'services.place_taken_in',
    types: ['services.place_received'],
    handle: (tx, event) => tellDependents(tx, deps, event),
  },
  {
    name: 'services.places_done',
    types: ['services.item_concluded', 'services.application_withdrawn'],
    handle: (tx, event) => closePlaces(tx, deps, placeOfEvent(event), event.type),
  },
  {
    name: 'services.places_resent',
    types: ['services.supplement_supplied'],
    handle: (tx, event) => resendPlaces(tx, deps, textIn(event, 'supplementId')),
  },
  {
    name: 'services.package_decided',
    types: ['services.application_concluded', 'services.application_withdrawn'],
    handle: (tx, event) => tellPackage(tx, deps, event),
  },
  {
    name: 'services.taken_back',
    types: ['services.decision_revoked'],
    handle: (tx, event) => markRevoked(tx, deps, textIn(event, 'itemCaseId'), textIn(event, 'cause')),
  },
  {
    name: 'services.wrong_sample',
    types: ['services.sample_wrong'],
    handle: (tx, event) => openRevocation(tx, deps, textIn(event, 'itemCaseId'), 'sample_wrong'),
  },
]

const dataIn = ({ data }: PlacedEvent): Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null && !Array.isArray(data) ? { ...data } : {}

function textIn(event: PlacedEvent, name: string): string {
  const value = dataIn(event)[name]
  assert(typeof value === 'string', `${event.type} carries ${name}`)
  return value
}

/** The application that an event of it, or of one of its items, is about. */
const placeOfEvent = (event: PlacedEvent): string =>
  event.objectKind === 'application' ? event.objectId : textIn(event, 'applicationId')

const listOf = (event: PlacedEvent, name: string): readonly string[] => {
  const value = dataIn(event)[name]
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}

/**
 * Starts what may start now and cancels what never can, with the item to blame. The application's lock orders this against items
 * that are only being opened; the graph decides, so telling it twice changes nothing.
 */
async function tellDependents(tx: Tx, deps: ServicesDeps, event: PlacedEvent): Promise<void> {
  const applicationId = textIn(event, 'applicationId')
  await openDossier(tx, deps, 'service_application', applicationId, { by: 'event', type: event.type })
  const rows = await tx
    .selectFrom('item_case')
    .select(['id', 'code', 'after_items as after', 'place'])
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', applicationId)
    .orderBy('code')
    .limit(500)
    .execute()
  const received = await receivedPlaces(tx, deps, applicationId)
  const { graph, outcomes } = withReceipts(rows, await outcomesOf(tx, deps, applicationId), new Set(received.keys()))
  const idOf = new Map(rows.map(({ code, id }) => [code, id]))
  const tell = async (code: string, name: string, vars: { waiting?: number; blame?: string }) => {
    const id = idOf.get(code)
    if (id) await message(tx, deps, itemHost(deps), ['item_case', id], event.type, { name, vars })
  }
  for (const { item, because } of itemsToCancel(graph, outcomes))
    await tell(item, 'dependency-failed', { blame: because })
  for (const code of readyItems(graph, outcomes)) await tell(code, 'dependency-met', { waiting: 0 })
}

/** An undecided item ends; one that was decided meanwhile is looked at again. */
async function endItem(tx: Tx, deps: ServicesDeps, id: string): Promise<void> {
  const told = { name: 'promise-broken' }
  const ended = await message(tx, deps, itemHost(deps), ['item_case', id], 'services.promise_broken', told)
  if (!ended) await openRevocation(tx, deps, id, 'promise_broken')
}

async function openRevocation(
  tx: Tx,
  deps: ServicesDeps,
  itemCaseId: string,
  cause: 'promise_broken' | 'sample_wrong',
): Promise<void> {
  const item = await openDossier(tx, deps, 'item_case', itemCaseId, { by: 'event', type: `services.${cause}` })
  const known = await tx
    .selectFrom('revocation')
    .select('id')
    .where('zone_id', '=', deps.zoneId)
    .where('item_case_id', '=', itemCaseId)
    .where('cause', '=', cause)
    .executeTakeFirst()
  if (item?.row.state !== 'granted' || known) return
  const subject = await newRevocation(tx, deps, itemCaseId, cause)
  const begun = await begin(tx, subject, revocationHost(deps), 'revocation', { itemCaseId, cause })
  assert(begun.ok, `a revocation begins, got ${JSON.stringify(begun)}`)
  await flushBatch(tx, subject.batch)
}

async function resumeItems(tx: Tx, deps: ServicesDeps, supplementId: string): Promise<void> {
  const rows = await tx
    .selectFrom('supplement_ask')
    .select('item_case_id')
    .distinct()
    .where('zone_id', '=', deps.zoneId)
    .where('supplement_id', '=', supplementId)
    .orderBy('item_case_id')
    .limit(200)
    .execute()
  for (const { item_case_id: id } of rows)
    await message(tx, deps, itemHost(deps), ['item_case', id], 'services.supplement_supplied', { name: 'supplied' })
}

/** The deciding side took a package in: the application begins there and then. */
async function submitPacked(tx: Tx, deps: ServicesDeps, applicationId: string): Promise<void> {
  const cause = { by: 'event', type: 'services.package_received' } as const
  const dossier = await openDossier(tx, deps, 'service_application', applicationId, cause)
  if (dossier?.row.state !== 'draft') return
  const told = await submitDraft(tx, dossier)
  assert(
    told.ok && told.value?.kind === 'start',
    `a package was complete when it was sent, got ${JSON.stringify(told)}`,
  )
  const { key, vars } = told.value
  const begun = await begin(tx, dossier, applicationMovable.host(deps), key, vars)
  assert(begun.ok, `an application begins, got ${JSON.stringify(begun)}`)
  await flushBatch(tx, dossier.batch)
}

async function tellPackage(tx: Tx, deps: ServicesDeps, event: PlacedEvent): Promise<void> {
  const id = dataIn(event).packageId
  if (typeof id !== 'string') return
  const name = event.type === 'services.application_concluded' ? 'decided' : 'withdrawn'
  await message(tx, deps, packageHost(deps), ['cross_region_package', id], event.type, { name })
}

async function markRevoked(tx: Tx, deps: ServicesDeps, itemCaseId: string, cause: string): Promise<void> {
  const dossier = await openDossier(tx, deps, 'item_case', itemCaseId, {
    by: 'event',
    type: 'services.decision_revoked',
  })
  if (dossier?.row.state !== 'granted') return
  change(dossier, { state: 'revoked', decision_reason: cause })
  say(dossier, { verb: 'revoked', reason: cause })
  closeDossier(dossier)
  await flushBatch(tx, dossier.batch)
}
