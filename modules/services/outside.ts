import type { Db, Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { isUsable, standingOf } from './data-answer.ts'
import { openSources } from './data-source.ts'
import type { Fact } from './shared-fact.ts'
import type { Selection } from './situation.ts'
import type { OneThing } from './one-thing.ts'
import './tables.ts'

/** What is known of a service whose source is outside: it will be asked, was asked, has answered, or leaves it to the applicant. */
export type Outside =
  | { readonly state: 'expected' | 'pending' | 'none' }
  | { readonly state: 'answered'; readonly fact: Fact }

/** The services that the materials of a selection and the tables of its items ask. Pure. O(materials + tables). */
export function servicesOf({ tables }: Pick<OneThing, 'tables'>, { items, materials }: Selection): readonly string[] {
  const deciding = new Set(items.flatMap(({ automatic }) => automatic?.table ?? []))
  return [
    ...new Set([
      ...materials.flatMap(({ material: { from } }) => ('service' in from ? [from.service] : [])),
      ...tables
        .filter(({ code }) => deciding.has(code))
        .flatMap(({ inputs }) => inputs.flatMap(({ from, service }) => (from === 'fact' && service ? [service] : []))),
    ]),
  ]
}

type Asking = {
  readonly applicationId: string | null
  /** Whether sources will still be asked: for a draft, and when a correction is answered. */
  readonly expecting: boolean
  readonly now: EpochMs
}

/**
 * How the sources outside stand to an application. Two statements, none when everything is known inside.
 * @param services  those that nobody in the zone has laid a fact down for
 */
export async function outsideOf(
  tx: Tx | Db,
  zoneId: string,
  services: readonly string[],
  { applicationId, expecting, now }: Asking,
): Promise<ReadonlyMap<string, Outside>> {
  if (services.length === 0) return new Map()
  const sources = expecting ? await openSources(tx, zoneId, services) : new Map<string, unknown>()
  const known = new Map<string, Outside>([...sources.keys()].map((service) => [service, { state: 'expected' }]))
  if (applicationId === null) return known
  const rows = await tx
    .selectFrom('data_request')
    .select(['service_id', 'state', 'used', 'due_at', 'answer', 'as_of', 'valid_to'])
    .where('zone_id', '=', zoneId)
    .where('application_id', '=', applicationId)
    .where('due_at', 'is not', null)
    .where('service_id', 'in', [...services])
    .orderBy('asked_at')
    .limit(500)
    .execute()
  for (const row of rows) {
    const state = standingOf({ state: row.state, dueAt: row.due_at }, now)
    if (isUsable({ state, used: row.used }) && row.as_of !== null)
      known.set(row.service_id, {
        state: 'answered',
        fact: { service: row.service_id, value: row.answer, asOf: row.as_of, validTo: row.valid_to },
      })
    else known.set(row.service_id, { state: state === 'asked' ? 'pending' : 'none' })
  }
  return known
}

/** The services of a plan that are asked outside. Pure. */
export const outsideServices = ({ outside }: { readonly outside: ReadonlyMap<string, Outside> }): readonly string[] => [
  ...outside.keys(),
]
