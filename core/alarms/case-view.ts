import { sql } from 'kysely'
import { offerMoves, readTrail } from '@tingzhou/casework'
import { containing } from '@tingzhou/db'
import { listFiles } from '@tingzhou/files'
import { keysetPage } from '@tingzhou/http'
import type * as z from 'zod'
import { caseMovable } from './case-moves.ts'
import type { CaseQuery } from './contract.ts'
import { alarmsOfCase, type Reader } from './list.ts'
import { reachesNode } from '@tingzhou/telemetry'

const visible = ({ db, zoneId, actor }: Reader) =>
  db
    .selectFrom('alarm_case as c')
    .innerJoin('telemetry_point as p', (join) =>
      join.onRef('p.zone_id', '=', 'c.zone_id').onRef('p.id', '=', 'c.point_id'),
    )
    .innerJoin('telemetry_node as n', (join) =>
      join.onRef('n.zone_id', '=', 'c.zone_id').onRef('n.id', '=', 'c.node_id'),
    )
    .selectAll('c')
    .select(['p.code', 'n.code as place'])
    .where('c.zone_id', '=', zoneId)
    .where(reachesNode(actor, sql`c.party_id`))

type Found = Awaited<ReturnType<ReturnType<typeof visible>['execute']>>[number]

const rowOf = (row: Found) => ({
  id: row.id,
  no: row.no,
  state: row.state,
  point: row.point_id,
  code: row.code,
  place: row.place,
  title: row.rule.name,
  level: row.level,
  owner: row.owner,
  alarms: row.alarms,
  openedAt: row.opened_at,
  clearedAt: row.cleared_at,
  dueAt: row.due_at,
  overdue: row.overdue,
  closedAt: row.closed_at,
  rev: row.rev,
})

/** Cases of alarms: what is open first, the highest level first, the newest first. One statement. */
export async function listCases(reader: Reader, input: z.output<typeof CaseQuery>) {
  let query = visible(reader)
  if (input.state) query = query.where('c.state', '=', input.state)
  if (input.level !== undefined) query = query.where('c.level', '=', input.level)
  if (input.overdue) query = query.where('c.overdue', '=', true).where('c.closed_at', 'is', null)
  if (input.q) {
    const words = containing(input.q)
    query = query.where(sql<boolean>`(c.no ilike ${words} or p.code ilike ${words})`)
  }
  const { rows, next } = await keysetPage(
    query,
    [
      {
        ref: sql`(c.closed_at is not null)::int`,
        order: 'asc',
        kind: 'number',
        read: (row) => (row.closed_at === null ? 0 : 1),
      },
      {
        ref: sql`case when c.closed_at is null then c.level else 0 end`,
        order: 'asc',
        kind: 'number',
        read: (row) => (row.closed_at === null ? row.level : 0),
      },
      { ref: sql.ref('c.opened_at'), order: 'desc', kind: 'instant', read: (row) => row.opened_at },
      { ref: sql.ref('c.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    input,
  )
  return { rows: rows.map(rowOf), next, total: null }
}

/** One case as the reader may see it; null when there is none in reach. Four statements. */
export async function findCase(reader: Reader, id: string) {
  const { db, zoneId, actor } = reader
  const row = await visible(reader).where('c.id', '=', id).executeTakeFirst()
  if (!row) return null
  const nodes = new Set(row.next_step === null ? [] : [row.next_step])
  const trail = await readTrail(db, zoneId, id)
  const files = await listFiles(db, zoneId, [id])
  return {
    ...rowOf(row),
    consequence: row.rule.consequence,
    instruction: row.rule.response,
    response: row.response,
    respondedBy: row.responded_name,
    respondedAt: row.responded_at,
    verdict: row.verdict,
    verifiedBy: row.verified_name,
    files: (files.get(id) ?? []).map((file) => ({
      id: file.id,
      name: file.name,
      mediaType: file.mediaType,
      size: file.sizeBytes,
    })),
    members: await alarmsOfCase(reader, id),
    moves: offerMoves(caseMovable, actor, row, nodes),
    trail: trail.rows.map(({ seq, at, verb, actor: who, reason, from, to, hash }) => ({
      seq,
      at,
      verb,
      actor: who,
      reason,
      from,
      to,
      hash,
    })),
  }
}
