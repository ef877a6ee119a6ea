import { sql } from 'kysely'
import { implement } from '@orpc/server'
import { at, runCommand, type CommandReused } from '@tingzhou/db'
import { commandProblems, keysetPage, problem, unwrap, type ProblemTable, type RequestContext } from '@tingzhou/http'
import { epochMs } from '@tingzhou/kernel'
import { reader, visiblePoint } from './asked.ts'
import { reachesPoint } from './device-view.ts'
import { gapsOf, keptFixes, plainFix, stopsOf, trackLengths } from './kept-track.ts'
import { keptTrackContract } from './kept-track-contract.ts'
import { findKeptTrack, keepTrack, summaryColumns, type KeepError, type KeptSummary } from './kept-track-rows.ts'
import { reachesNode } from './reach.ts'
import './texts.ts'

const area = 'telemetry'
const problems = {
  ...commandProblems,
  window_empty: { status: 422, area },
  job_too_long: { status: 422, area, field: 'to' },
  too_many_fixes: { status: 422, area, field: 'point' },
  track_too_fine: { status: 422, area, field: 'toleranceM' },
  too_many_tracks: { status: 429, area, field: 'point' },
  kept_meanwhile: { status: 409, area, field: 'subjectId', rule: 'one at a time' },
} satisfies ProblemTable<KeepError | CommandReused>

const os = implement(keptTrackContract).$context<RequestContext>()

const notFound = (field: string, value: unknown) => problem({ kind: 'not_found', status: 404, field, value })

/** Tracks that are kept: whoever may read the track of a mover keeps and reads them. */
export const keptTrackHandlers = {
  keepTrack: os.keepTrack.handler(async ({ context, input }) => {
    const actor = reader(context)
    const { deps } = context
    const { commandId, ...wish } = input
    const { code, kind } = await visiblePoint(context, wish.point)
    if (kind !== 'position')
      throw problem({ kind: 'point_stays', status: 422, area, field: 'point', value: wish.point, rule: 'position' })
    const command = { commandId, actorId: actor.accountId, name: 'telemetry.keep_track', input: wish }
    // By hand nothing that is kept becomes shorter or coarser: it may be another's proof.
    const kept = await keepTrack(deps, { ...wish, mode: 'grow' }, actor, (body) => runCommand(deps, command, body))
    return { ...unwrap(kept, problems), code }
  }),
  keptTracks: os.keptTracks.handler(async ({ context, input }) => {
    const { db, zoneId } = context.deps
    const { point, subjectKind, subjectId, from, to, q } = input
    let query = db
      .selectFrom('kept_track')
      .innerJoin('telemetry_point as p', (join) =>
        join.onRef('p.zone_id', '=', 'kept_track.zone_id').onRef('p.id', '=', 'kept_track.point_id'),
      )
      .innerJoin('telemetry_node as n', (join) =>
        join.onRef('n.zone_id', '=', 'p.zone_id').onRef('n.id', '=', 'p.node_id'),
      )
      .select(summaryColumns)
      .select('p.code')
      .where('kept_track.zone_id', '=', zoneId)
      .where(reachesNode(reader(context), sql`n.party_id`))
    if (point !== undefined) query = query.where('kept_track.point_id', '=', point)
    if (subjectKind !== undefined) query = query.where('kept_track.subject_kind', '=', subjectKind)
    if (subjectId !== undefined) query = query.where('kept_track.subject_id', '=', subjectId)
    if (from !== undefined) query = query.where(sql<boolean>`kept_track.to_at > ${at(epochMs(from))}::timestamptz`)
    if (to !== undefined) query = query.where(sql<boolean>`kept_track.from_at < ${at(epochMs(to))}::timestamptz`)
    if (q) {
      const words = `%${q.replaceAll(/[\\%_]/g, '\\$&')}%`
      query = query.where(sql<boolean>`(kept_track.subject_id ilike ${words} or p.code ilike ${words})`)
    }
    const { rows, next } = await keysetPage(query, newestFirst, input)
    return { rows: [...rows], next, total: null }
  }),
  keptTrack: os.keptTrack.handler(async ({ context, input }) => {
    const { deps } = context
    // Also of a mover that is no longer in use.
    if (!(await reachesPoint(deps, reader(context), input.point))) throw notFound('point', input.point)
    const found = await findKeptTrack(deps.db, deps.zoneId, input)
    if (!found) throw notFound('subjectId', input.subjectId)
    const { days, ...summary } = found
    return {
      ...summary,
      code: deps.telemetry.catalog.find(summary.point)?.code ?? String(summary.point),
      keptLengthM: trackLengths(days).keptLengthM,
      rows: keptFixes(days).map(plainFix),
      gapSpans: [...gapsOf(days, summary, summary.gapS)],
      stops: [...stopsOf(days)],
    }
  }),
}

type Row = Pick<KeptSummary, 'from' | 'subjectKind' | 'subjectId' | 'point'>
const newestFirst = [
  { ref: sql.ref('kept_track.from_at'), order: 'desc', kind: 'instant', read: (row: Row) => row.from },
  { ref: sql.ref('kept_track.subject_kind'), order: 'asc', kind: 'string', read: (row: Row) => row.subjectKind },
  { ref: sql.ref('kept_track.subject_id'), order: 'asc', kind: 'string', read: (row: Row) => row.subjectId },
  { ref: sql.ref('kept_track.point_id'), order: 'asc', kind: 'number', read: (row: Row) => row.point },
] as const
