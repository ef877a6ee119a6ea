import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { containing } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import type { Reader } from './application-view.ts'
import { addYears } from './day.ts'
import type { honourStands } from './honour-contract.ts'
import { readNames } from './names.ts'
import type { awards } from './words.ts'

type Filter = {
  readonly year?: number | undefined
  readonly award?: (typeof awards)[number] | undefined
  readonly stand?: (typeof honourStands)[number] | undefined
  readonly areaId?: string | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of the register, newest first; everybody who is signed in may read it. */
export async function listHonours({ deps }: Reader, input: Filter) {
  const { db, zoneId } = deps
  const today = localDateOf(deps.clock())
  let query = db
    .selectFrom('honour as h')
    .innerJoin('review_campaign as c', (join) =>
      join.onRef('c.zone_id', '=', 'h.zone_id').onRef('c.id', '=', 'h.campaign_id'),
    )
    .where('h.zone_id', '=', zoneId)
  if (input.year !== undefined) query = query.where('h.year', '=', input.year)
  if (input.award) query = query.where('h.award', '=', input.award)
  if (input.areaId) query = query.where('h.area_id', '=', input.areaId)
  if (input.stand === 'withdrawn') query = query.where('h.state', '=', 'withdrawn')
  if (input.stand === 'valid') query = query.where('h.state', '=', 'valid').where('h.valid_to', '>=', today)
  if (input.stand === 'expired') query = query.where('h.state', '=', 'valid').where('h.valid_to', '<', today)
  if (input.q) {
    const like = containing(input.q)
    query = query.where((eb) => eb.or([eb('h.team', 'ilike', like), eb('h.certificate_no', 'ilike', like)]))
  }
  const counted = await query.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirst()
  const page = await keysetPage(
    query.selectAll('h').select('c.name as campaign_name'),
    [
      { ref: sql.ref('h.year'), order: 'desc', kind: 'number', read: (row) => row.year },
      { ref: sql.ref('h.rank'), order: 'asc', kind: 'number', read: (row) => row.rank },
      { ref: sql.ref('h.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    input,
  )
  const nameOf = await readNames(
    db,
    zoneId,
    page.rows.flatMap((row) => [row.enterprise_id, row.area_id]),
  )
  return {
    rows: page.rows.map((row) => ({
      id: row.id,
      rev: row.rev,
      year: row.year,
      rank: row.rank,
      award: row.award,
      team: row.team,
      leader: row.leader,
      enterprise: nameOf(row.enterprise_id),
      area: nameOf(row.area_id),
      campaign: { id: row.campaign_id, name: row.campaign_name },
      applicationId: row.application_id,
      certificateNo: row.certificate_no,
      validFrom: row.valid_from,
      validTo: row.valid_to,
      stand: standOf(row.state, row.valid_to, today),
      checkedOn: row.checked_on,
      checkDue:
        row.state === 'valid' && row.valid_to >= today && addYears(row.checked_on ?? row.valid_from, 1) <= today,
      withdrawnReason: row.withdrawn_reason,
      prizeFen: row.prize_fen,
      leaderFen: row.leader_fen,
      teamFen: row.team_fen,
      paid: row.paid,
      synthetic: row.synthetic,
    })),
    next: page.next,
    total: Number(counted?.n ?? 0),
  }
}

const standOf = (state: string, validTo: string, today: string): (typeof honourStands)[number] => {
  if (state === 'withdrawn') return 'withdrawn'
  return validTo < today ? 'expired' : 'valid'
}

/** Rounds, teams and money of the register. Two statements. */
export async function honourStatistics({ deps }: Reader) {
  const of = deps.db.selectFrom('honour').where('zone_id', '=', deps.zoneId)
  const byYear = await of
    .select(['year'])
    .select([
      sql<number>`count(*) filter (where award = 'model')::int`.as('models'),
      sql<number>`count(*) filter (where award = 'good')::int`.as('goods'),
      sql<number>`sum(prize_fen)::float8`.as('prizeFen'),
    ])
    .groupBy('year')
    .orderBy('year')
    .limit(200)
    .execute()
  const all = await of
    .select([
      sql<number>`count(distinct campaign_id)::int`.as('rounds'),
      sql<number>`count(distinct enterprise_id)::int`.as('enterprises'),
      sql<number>`coalesce(sum(prize_fen) filter (where paid), 0)::float8`.as('paidFen'),
    ])
    .executeTakeFirst()
  return {
    rounds: all?.rounds ?? 0,
    enterprises: all?.enterprises ?? 0,
    paidFen: all?.paidFen ?? 0,
    models: byYear.reduce((sum, { models }) => sum + models, 0),
    goods: byYear.reduce((sum, { goods }) => sum + goods, 0),
    byYear,
  }
}
