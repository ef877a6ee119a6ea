import type { Db, Tx } from '@tingzhou/db'
import { findParties } from '@tingzhou/parties'
import type { AppealFacts, Place, Resolver } from './routing.ts'

export type Department = Place & { readonly code: string; readonly open: boolean; readonly fallbackId: string | null }
export type Area = Place & { readonly code: string; readonly open: boolean; readonly leadId: string | null }

/** The register as the rooms around the appeal read it, here and nowhere else: departments, areas and their offices, as the routing looks at them; a few hundred rows. */
export type ZoneMap = {
  readonly departments: ReadonlyMap<string, Department>
  readonly areas: ReadonlyMap<string, Area>
  /** Department by `area <id>` or `chain <code>`; `chain ` for every other chain. */
  readonly offices: ReadonlyMap<string, string>
}

const rowsMax = 5_000

/** Reads the zone's map. Three statements. */
export async function readZoneMap(tx: Tx | Db, zoneId: string): Promise<ZoneMap> {
  const departments = await tx
    .selectFrom('department')
    .select(['id', 'name', 'code', 'state', 'fallback_department_id'])
    .where('zone_id', '=', zoneId)
    .orderBy('code')
    .limit(rowsMax)
    .execute()
  const areas = await tx
    .selectFrom('area')
    .select(['id', 'name', 'code', 'state', 'lead_account_id'])
    .where('zone_id', '=', zoneId)
    .orderBy('code')
    .limit(rowsMax)
    .execute()
  const offices = await tx
    .selectFrom('routing_office')
    .select(['kind', 'key', 'department_id'])
    .where('zone_id', '=', zoneId)
    .limit(rowsMax)
    .execute()
  return {
    departments: new Map(
      departments.map(({ id, name, code, state, fallback_department_id }) => [
        id,
        { id, name, code, open: state === 'open', fallbackId: fallback_department_id },
      ]),
    ),
    areas: new Map(
      areas.map(({ id, name, code, state, lead_account_id }) => [
        id,
        { id, name, code, open: state === 'open', leadId: lead_account_id },
      ]),
    ),
    offices: new Map(offices.map((one) => [`${one.kind} ${one.key}`, one.department_id])),
  }
}

/** The department that stands for an area: assigned, else the one with the code `area_office_<area code>`. O(departments). */
export function officeOfArea(map: ZoneMap, areaId: string): Department | null {
  const assigned = map.offices.get(`area ${areaId}`)
  const area = map.areas.get(areaId)
  return departmentBy(map, assigned, area ? `area_office_${area.code}` : null)
}

/** The department that stands for a chain, or (null) for every other one: assigned, else `chain_office[_<chain code>]`. O(departments). */
export function officeOfChain(map: ZoneMap, chain: string | null): Department | null {
  const assigned = map.offices.get(`chain ${chain ?? ''}`)
  return departmentBy(map, assigned, chain === null ? 'chain_office' : `chain_office_${chain}`)
}

function departmentBy(map: ZoneMap, id: string | undefined, code: string | null): Department | null {
  if (id !== undefined) return map.departments.get(id) ?? null
  return [...map.departments.values()].find((one) => one.code === code) ?? null
}

/**
 * Where targets lie today.
 * @param fallbacks  whether a closed department is answered by the one that stands in for it; publishing says no
 * @param people     names of the accounts that may be asked for
 */
export function resolverOf(map: ZoneMap, fallbacks: boolean, people: ReadonlyMap<string, string>): Resolver {
  const reachable = (department: Department | null, depth = 0): Place | null => {
    if (!department) return null
    if (department.open) return { id: department.id, name: department.name }
    // A circle of stand-ins ends here.
    if (!fallbacks || department.fallbackId === null || depth > 5) return null
    return reachable(map.departments.get(department.fallbackId) ?? null, depth + 1)
  }
  return {
    department: (id) => reachable(map.departments.get(id) ?? null),
    areaOffice: (areaId) => reachable(officeOfArea(map, areaId)),
    chainOffice: (chains) => {
      for (const chain of [...chains, null]) {
        const office = reachable(officeOfChain(map, chain))
        if (office) return office
      }
      return null
    },
    person: (accountId) => ({ id: accountId, name: people.get(accountId) ?? accountId }),
  }
}

type EnterpriseFacts = Pick<AppealFacts, 'tags' | 'chains' | 'leaderId'> & {
  readonly id: string
  readonly areaId: string | null
}

/** What of enterprises decides the way of their appeals, by id. One statement. */
export async function readEnterpriseFacts(
  tx: Tx | Db,
  zoneId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EnterpriseFacts>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectFrom('enterprise')
    .select(['id', 'tags', 'chains', 'leader_account_id', 'area_id'])
    .where('zone_id', '=', zoneId)
    .where('id', 'in', ids)
    .execute()
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        tags: row.tags,
        chains: row.chains,
        leaderId: row.leader_account_id,
        areaId: row.area_id,
      },
    ]),
  )
}

/** Names of parties by id. One statement. */
export async function readNames(
  tx: Tx | Db,
  zoneId: string,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))]
  return new Map((await findParties(tx, zoneId, wanted)).map(({ id, name }) => [id, name]))
}

/** The same for one party, with a name even when the party is gone. O(1). */
export const refOf = (names: ReadonlyMap<string, string>, id: string): Place => ({ id, name: names.get(id) ?? id })
