import type { Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { addNotices, registerNoticeTexts } from '@tingzhou/notices'
import { accountsWithRole, type Role } from '@tingzhou/parties'
import type { ServicesDeps } from './dossier.ts'
import en from './locales/notices.en.json' with { type: 'json' }
import zhCN from './locales/notices.zh-CN.json' with { type: 'json' }
import { peopleOfPlace } from './joint-place.ts'
import { oneThingOf } from './one-thing-store.ts'

registerNoticeTexts('services', { 'zh-CN': zhCN, en })

/** Tells people what waits for them, and the applicant how it goes; after the commit, each event once. */
export const noticeHandler = (deps: ServicesDeps): EventHandler => ({
  name: 'services.notify',
  types: Object.keys(rules),
  handle: async (tx, event) => {
    const rule = rules[event.type]
    const place = await placeOf(tx, deps, event)
    const about = place && (await aboutOf(tx, deps, place.applicationId))
    if (!rule || !about) return
    const told = { tx, deps, event, about, departmentId: place.departmentId }
    const { key, to, needsMe } = await rule(told)
    if (key === null) return
    await addNotices(
      tx,
      deps.zoneId,
      [...new Set(to)].map((accountId) => ({
        accountId,
        kind: `services.${needsMe ? 'to_do' : 'progress'}`,
        needsMe,
        titleKey: `services:${key}`,
        params: { title: about.title, no: about.no ?? '' },
        objectKind: event.objectKind,
        objectId: event.objectId,
        link: `${screens[event.objectKind] ?? '/applications'}/${place.linkId}`,
        at: event.at,
      })),
    )
  },
})

const screens: Readonly<Record<string, string>> = {
  item_case: '/item-cases',
  cross_region_package: '/packages',
}

type About = {
  readonly title: string
  readonly no: string | null
  readonly state: string
  readonly silent: boolean
  readonly enterpriseId: string | null
  readonly account: string
}
type Told = {
  readonly tx: Tx
  readonly deps: ServicesDeps
  readonly event: PlacedEvent
  readonly about: About
  readonly departmentId: string | null
}
type Notice = { readonly key: string | null; readonly to: readonly string[]; readonly needsMe: boolean }

/** The application that an event is about, whatever kind of case told it. */
async function placeOf(tx: Tx, { zoneId }: ServicesDeps, { objectKind, objectId }: PlacedEvent) {
  if (objectKind === 'application') return { applicationId: objectId, departmentId: null, linkId: objectId }
  const table = tableOf[objectKind]
  if (!table) return null
  const row = await tx
    .selectFrom(table)
    .select('application_id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', objectId)
    .executeTakeFirst()
  if (!row) return null
  const own = objectKind === 'item_case' || objectKind === 'cross_region_package'
  const item =
    objectKind === 'item_case'
      ? await tx
          .selectFrom('item_case')
          .select('department_id')
          .where('zone_id', '=', zoneId)
          .where('id', '=', objectId)
          .executeTakeFirst()
      : null
  return {
    applicationId: row.application_id,
    departmentId: item?.department_id ?? null,
    linkId: own ? objectId : row.application_id,
  }
}

const tableOf: Readonly<Record<string, 'item_case' | 'tolerance_promise' | 'revocation' | 'cross_region_package'>> = {
  item_case: 'item_case',
  promise: 'tolerance_promise',
  revocation: 'revocation',
  cross_region_package: 'cross_region_package',
}

async function aboutOf(tx: Tx, deps: ServicesDeps, applicationId: string): Promise<About | null> {
  const row = await tx
    .selectFrom('service_application')
    .select(['one_thing_id', 'no', 'state', 'acceptance', 'enterprise_id', 'applicant_account', 'raised_by'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', applicationId)
    .executeTakeFirst()
  if (!row) return null
  const { body } = await oneThingOf(tx, deps, row.one_thing_id)
  return {
    title: body.name.zh,
    no: row.no,
    state: row.state,
    silent: row.acceptance === 'by_silence',
    enterpriseId: row.enterprise_id,
    account: row.applicant_account ?? row.raised_by,
  }
}

const toApplicant = async ({ tx, deps, about }: Told, key: string | null, needsMe: boolean): Promise<Notice> => ({
  key,
  needsMe,
  to: [
    ...(about.enterpriseId ? await accountsWithRole(tx, deps.zoneId, ['enterprise'], about.enterpriseId) : []),
    about.account,
  ],
})

const toRole = async ({ tx, deps }: Told, key: string, role: Role): Promise<Notice> => ({
  key,
  needsMe: true,
  to: await accountsWithRole(tx, deps.zoneId, [role], null),
})

const toDepartment = async (
  { tx, deps, departmentId }: Told,
  key: string,
  roles: readonly Role[],
): Promise<Notice> => ({
  key,
  needsMe: true,
  to: departmentId === null ? [] : await accountsWithRole(tx, deps.zoneId, roles, departmentId),
})

/** The person whom an event names, if it names one. */
const accountIn = ({ data }: PlacedEvent): string | null =>
  typeof data === 'object' && data !== null && 'account' in data && typeof data.account === 'string'
    ? data.account
    : null

const keyOfState: Readonly<Record<string, string>> = {
  running: 'accepted',
  not_accepted: 'not_accepted',
  delivered: 'delivered',
}

const keyOfMoved = ({ about }: Told): string | null =>
  about.state === 'running' && about.silent ? 'accepted_by_silence' : (keyOfState[about.state] ?? null)

const rules: { readonly [type: string]: (told: Told) => Promise<Notice> } = {
  'services.application_submitted': (told) => toRole(told, 'submitted', 'window_officer'),
  'services.application_moved': (told) => toApplicant(told, keyOfMoved(told), told.about.state === 'delivered'),
  'services.correction_asked': (told) => toApplicant(told, 'correction_asked', true),
  'services.supplement_asked': (told) => toApplicant(told, 'supplement_asked', true),
  'services.item_received': (told) => toDepartment(told, 'item_received', ['dept_head', 'dept_officer']),
  'services.item_overdue': async (told) => {
    const [heads, supervisors] = [
      await toDepartment(told, 'item_overdue', ['dept_head']),
      await toRole(told, 'item_overdue', 'supervisor'),
    ]
    return { ...heads, to: [...heads.to, ...supervisors.to] }
  },
  'services.item_urged': async (told) => {
    const account = accountIn(told.event)
    if (account === null) return toDepartment(told, 'item_urged', ['dept_head', 'dept_officer'])
    return { key: 'item_urged', to: [account], needsMe: true }
  },
  'services.item_suspended': (told) => toApplicant(told, 'item_suspended', false),
  'services.item_resumed': (told) => toApplicant(told, 'item_resumed', false),
  'services.promise_reminded': (told) => toApplicant(told, 'promise_reminded', true),
  'services.promise_supplied': (told) => toRole(told, 'promise_supplied', 'window_officer'),
  'services.promise_broken': (told) => toApplicant(told, 'promise_broken', false),
  'services.hearing_offered': (told) => toApplicant(told, 'hearing_offered', true),
  'services.sample_wrong': (told) => toDepartment(told, 'sample_wrong', ['dept_head']),
  'services.place_sent': async (told) => ({
    key: 'place_sent',
    needsMe: true,
    to: await peopleOfPlace(told.tx, told.deps, told.event.to ?? []),
  }),
  'services.data_unanswered': (told) => toApplicant(told, 'data_unanswered', true),
  'services.data_late': (told) => toApplicant(told, 'data_late', true),
  'services.package_sent': (told) => toRole(told, 'package_sent', 'window_officer'),
  // Both sides' supervisors are the zone's own; those of another zone hear of it through their window.
  'services.package_unanswered': (told) => toRole(told, 'package_unanswered', 'supervisor'),
}
