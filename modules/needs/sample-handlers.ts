import { implement } from '@orpc/server'
import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import type { CommandReused } from '@tingzhou/db'
import { keysetPage, requireActor, requireRole, unwrap, type ProblemTable, type RequestContext } from '@tingzhou/http'
import type { Role } from '@tingzhou/parties'
import { command, commonProblems, refuse, rulingRoles } from './room.ts'
import { sampleContract } from './samples-contract.ts'
import { changeSampleRule, checkSample, readSampleRule, type SampleError } from './samples.ts'
import { readNames, refOf } from './zone-map.ts'
import './texts.ts'

const problems = {
  ...commonProblems,
  sample_not_found: refuse(404, 'id'),
  sample_checked_already: refuse(409, 'verdict'),
  sample_words_missing: refuse(422, 'words'),
} satisfies ProblemTable<SampleError | CommandReused>

/** Who reads what was drawn: not the departments, which must not know before it was looked at. */
const readers: readonly Role[] = ['supervisor', 'admin', 'auditor', 'leader']

const os = implement(sampleContract).$context<RequestContext>()

export const sampleHandlers = os.router({
  list: os.list.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...readers)
    const { db, zoneId } = context.deps
    let query = db
      .selectFrom('appeal_sample as s')
      .innerJoin('appeal as a', (join) => join.onRef('a.zone_id', '=', 's.zone_id').onRef('a.id', '=', 's.appeal_id'))
      .select(['s.id', 's.drawn_at', 's.owner_id', 's.verdict', 's.words', 's.checked_at', 's.checked_by', 's.rev'])
      .select(['a.id as appeal_id', 'a.no', 'a.title', 'a.state', 'a.class', 'a.closing_no'])
      .where('s.zone_id', '=', zoneId)
      .where(reaches(actor, 'appeal', { zoneId, objectId: sql.ref('a.id') }))
    if (input.checked !== undefined) query = query.where('s.verdict', input.checked ? 'is not' : 'is', null)
    if (input.verdict) query = query.where('s.verdict', '=', input.verdict)
    if (input.ownerId) query = query.where('s.owner_id', '=', input.ownerId)
    const counted = await query
      .clearSelect()
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirst()
    const page = await keysetPage(
      query,
      [
        { ref: sql.ref('s.drawn_at'), order: 'desc', kind: 'instant', read: (row) => row.drawn_at },
        { ref: sql.ref('s.id'), order: 'desc', kind: 'string', read: (row) => row.id },
      ],
      input,
    )
    const names = await readNames(
      db,
      zoneId,
      page.rows.flatMap((row) => [row.owner_id, row.checked_by]),
    )
    const rows = page.rows.map((row) => ({
      id: row.id,
      drawnAt: row.drawn_at,
      owner: row.owner_id === null ? null : refOf(names, row.owner_id),
      verdict: row.verdict,
      words: row.words,
      checkedAt: row.checked_at,
      checkedBy: row.checked_by === null ? null : refOf(names, row.checked_by),
      rev: row.rev,
      appeal: {
        id: row.appeal_id,
        no: row.no,
        title: row.title,
        state: row.state,
        class: row.class,
        closingNo: row.closing_no,
      },
    }))
    return { rows, next: page.next, total: counted?.n ?? 0 }
  }),
  check: os.check.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), 'supervisor')
    const checked = await command(context, actor, 'check_sample', input, (tx) =>
      checkSample(tx, context.deps, actor, input),
    )
    return unwrap(checked, problems)
  }),
  rule: os.rule.handler(async ({ context }) => {
    requireRole(requireActor(context), ...readers)
    return readSampleRule(context.deps.db, context.deps.zoneId)
  }),
  changeRule: os.changeRule.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...rulingRoles)
    const changed = await command(context, actor, 'change_sampling', input, (tx) =>
      changeSampleRule(tx, context.deps, actor, input),
    )
    return unwrap(changed, problems)
  }),
})
