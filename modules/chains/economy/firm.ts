import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import type { LonLat } from '@tingzhou/geo'
import { err, isUuid, ok, type Result } from '@tingzhou/kernel'
import { findEnterprises, resolveEnterpriseId } from '@tingzhou/registry'
import type { ChainsError } from '../problems.ts'
import '../tables.ts'

/** A node of the chains 企业节点: an enterprise of the register, or a firm outside. */
export type FirmNode = {
  readonly id: string
  readonly name: string
  readonly isOutside: boolean
  readonly isOpen: boolean
  readonly point: LonLat | null
}

const pointOf = (lon: number | null, lat: number | null): LonLat | null =>
  lon === null || lat === null ? null : { lon, lat }

const outsideRows = (db: Db | Tx, zoneId: string) =>
  db.selectFrom('chain_outside').select(['id', 'name', 'state', 'lon', 'lat']).where('zone_id', '=', zoneId)
type OutsideRow = Awaited<ReturnType<ReturnType<typeof outsideRows>['execute']>>[number]

const outsideNode = ({ id, name, state, lon, lat }: OutsideRow): FirmNode => ({
  id,
  name,
  isOutside: true,
  isOpen: state === 'open',
  point: pointOf(lon, lat),
})

/** The firm that answers for an id today: merged entries of the register lead on. Null when there is none. Two or three statements. */
export async function findFirm(db: Db | Tx, zoneId: string, id: string): Promise<FirmNode | null> {
  const standing = await resolveEnterpriseId(db, zoneId, id)
  if (standing !== null) {
    const entry = (await findEnterprises(db, zoneId, [standing])).get(standing)
    if (!entry) return null
    const { name, status, point } = entry.facts
    return { id: standing, name, isOutside: false, isOpen: status !== 'closed', point }
  }
  if (!isUuid(id)) return null
  const row = await outsideRows(db, zoneId).where('id', '=', id).executeTakeFirst()
  return row ? outsideNode(row) : null
}

/** The same firm, or why it cannot be named: there is none, or it is closed. */
export async function openFirm(
  tx: Tx,
  zoneId: string,
  field: string,
  id: string,
): Promise<Result<FirmNode, ChainsError>> {
  const firm = await findFirm(tx, zoneId, id)
  if (!firm) return err({ kind: 'field_refused', field, value: id, rule: 'within_reach' })
  return firm.isOpen ? ok(firm) : err({ kind: 'field_refused', field, value: firm.name, rule: 'still_open' })
}

/** Firms that import rows name, by credit code or by whole name; several where a name is not unique. Three statements at most. */
export async function findNamed(
  tx: Tx,
  zoneId: string,
  words: readonly string[],
): Promise<ReadonlyMap<string, readonly FirmNode[]>> {
  const wanted = [...new Set(words)]
  if (wanted.length === 0) return new Map()
  const any = sql<string>`any(${wanted}::text[])`
  const standing = tx
    .selectFrom('enterprise')
    .select(['id', 'name', 'uscc', 'status', 'lon', 'lat'])
    .where('zone_id', '=', zoneId)
    .where('merged_into', 'is', null)
  // By the indexes enterprise_uscc and enterprise_name, in their own words.
  const coded = await standing.where('uscc_status', 'in', ['ok', 'legacy']).where('uscc', '=', any).execute()
  const named = await standing.where(sql<boolean>`name collate "C" = ${any}`).execute()
  const outside = await outsideRows(tx, zoneId).where('name', '=', any).execute()
  const found = new Map<string, FirmNode[]>()
  const put = (word: string, node: FirmNode) => found.set(word, [...(found.get(word) ?? []), node])
  const inside = (row: (typeof coded)[number]): FirmNode => ({
    id: row.id,
    name: row.name,
    isOutside: false,
    isOpen: row.status !== 'closed',
    point: pointOf(row.lon, row.lat),
  })
  for (const row of coded) put(row.uscc ?? '', inside(row))
  for (const row of named) put(row.name, inside(row))
  for (const row of outside) put(row.name, outsideNode(row))
  return found
}
