import { sql } from 'kysely'
import { offerMoves } from '@tingzhou/casework'
import { containing } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { hasRole, type Role } from '@tingzhou/parties'
import type { z } from 'zod'
import type { Reader } from './application-view.ts'
import type { CampaignDetail } from './campaign-contract.ts'
import { campaignMovable } from './campaign-moves.ts'
import { listOf, readList } from './list-store.ts'
import { readNames } from './names.ts'
import { readRuleSets } from './rules-store.ts'
import { publicStates, runningStates, type CampaignState } from './words.ts'

/** Who reads a list before it is public. */
const officials: readonly Role[] = ['supervisor', 'admin', 'leader', 'auditor']

const select = ({ deps }: Reader) =>
  deps.db
    .selectFrom('review_campaign')
    .selectAll('review_campaign')
    .select((eb) => [
      eb
        .selectFrom('review_application as a')
        .select((inner) => inner.fn.countAll<number>().as('n'))
        .whereRef('a.zone_id', '=', 'review_campaign.zone_id')
        .whereRef('a.campaign_id', '=', 'review_campaign.id')
        .where('a.state', 'in', [...runningStates])
        .as('running'),
      eb
        .selectFrom('review_application as a')
        .select((inner) => inner.fn.countAll<number>().as('n'))
        .whereRef('a.zone_id', '=', 'review_campaign.zone_id')
        .whereRef('a.campaign_id', '=', 'review_campaign.id')
        .where('a.state', '=', 'scored')
        .as('scored'),
      eb
        .selectFrom('review_rules as r')
        .select('r.content')
        .whereRef('r.zone_id', '=', 'review_campaign.zone_id')
        .whereRef('r.campaign_id', '=', 'review_campaign.id')
        .whereRef('r.version', '=', 'review_campaign.rules_version')
        .as('rules'),
    ])
    .where('review_campaign.zone_id', '=', deps.zoneId)

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

function rowOf(row: Row) {
  const { rules } = row
  return {
    id: row.id,
    name: row.name,
    year: row.year,
    state: row.state,
    applications: row.applications,
    running: Number(row.running ?? 0),
    scored: Number(row.scored ?? 0),
    selfDue: rules?.selfDue ?? '',
    countyDue: rules?.countyDue ?? '',
    prefectureDue: rules?.prefectureDue ?? '',
    poolFen: rules?.prize.poolFen ?? 0,
    publicityUntil: row.publicity_until,
    synthetic: row.synthetic,
  }
}

/** A page of campaigns, newest first; everybody who is signed in may read them. */
export async function listCampaigns(
  reader: Reader,
  input: {
    readonly year?: number | undefined
    readonly state?: CampaignState | undefined
    readonly q?: string | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  },
) {
  let query = select(reader)
  if (input.year !== undefined) query = query.where('year', '=', input.year)
  if (input.state) query = query.where('state', '=', input.state)
  if (input.q) query = query.where('name', 'ilike', containing(input.q))
  const counted = await query
    .clearSelect()
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirst()
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('year'), order: 'desc', kind: 'number', read: (row) => row.year },
      { ref: sql.ref('id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    input,
  )
  return { rows: page.rows.map(rowOf), next: page.next, total: Number(counted?.n ?? 0) }
}

/** One campaign as the reader may see it; null when there is none. */
export async function findCampaign(reader: Reader, id: string): Promise<z.infer<typeof CampaignDetail> | null> {
  const { deps, actor } = reader
  const { db, zoneId } = deps
  const row = await select(reader).where('id', '=', id).executeTakeFirst()
  if (!row) return null
  const ruleSets = await readRuleSets(db, zoneId, id)
  const rules = ruleSets.get(row.rules_version)
  if (!rules) return null
  const official = hasRole(actor, ...officials)
  const mayRead = official || publicStates.includes(row.state)
  const seats = official ? await readSeats(reader, id) : []
  const nameOf = await readNames(db, zoneId, [
    ...rules.quotas.map(({ areaId }) => areaId),
    ...seats.flatMap((seat) => [seat.account_id, seat.area_id, seat.department_id]),
  ])
  return {
    ...rowOf(row),
    rev: row.rev,
    rulesVersion: row.rules_version,
    rules,
    versions: await readVersions(reader, id),
    panel: seats.map((seat) => ({
      accountId: seat.account_id,
      name: nameOf(seat.account_id).name,
      level: seat.level,
      area: seat.area_id === null ? null : nameOf(seat.area_id),
      department: seat.department_id === null ? null : nameOf(seat.department_id),
    })),
    publicityFrom: row.publicity_from,
    publicityLeftSeconds:
      row.state === 'publicised' && row.publicity_until !== null
        ? Math.max(0, Math.round((row.publicity_until - deps.clock()) / 1_000))
        : null,
    list: mayRead && row.list_version > 0 ? await readRanking(reader, id, row.list_version) : null,
    objections: await readObjections(reader, id, official),
    voucher: row.voucher,
    moves: offerMoves(campaignMovable, actor, row),
    areas: rules.quotas.map(({ areaId, max }) => ({ area: nameOf(areaId), max })),
  }
}

const readSeats = ({ deps }: Reader, id: string) =>
  deps.db
    .selectFrom('review_panel')
    .select(['account_id', 'level', 'area_id', 'department_id'])
    .where('zone_id', '=', deps.zoneId)
    .where('campaign_id', '=', id)
    .orderBy('level')
    .orderBy('account_id')
    .execute()

async function readVersions({ deps }: Reader, id: string) {
  const rows = await deps.db
    .selectFrom('review_rules')
    .select(['version', 'why', 'created_at as at'])
    .where('zone_id', '=', deps.zoneId)
    .where('campaign_id', '=', id)
    .orderBy('version')
    .limit(1_000)
    .execute()
  return rows
}

/** The list with the names of teams, enterprises and counties. Three statements. */
async function readRanking({ deps }: Reader, id: string, version: number) {
  const { db, zoneId } = deps
  const stored = await readList(db, zoneId, id, version)
  if (!stored) return null
  const { rows } = listOf(stored)
  const teams = rows.length
    ? await db
        .selectFrom('review_application')
        .select(['id', 'team', 'area_id'])
        .where('zone_id', '=', zoneId)
        .where(
          'id',
          'in',
          rows.map((one) => one.id),
        )
        .execute()
    : []
  const teamOf = new Map(teams.map((team) => [team.id, team]))
  const nameOf = await readNames(db, zoneId, [
    ...rows.map(({ companyId }) => companyId),
    ...teams.map(({ area_id: areaId }) => areaId),
  ])
  return {
    version: stored.version,
    at: stored.at,
    why: stored.why,
    sha256: stored.sha256,
    rows: rows.map(({ companyId, ...one }) => ({
      ...one,
      vetoes: [...one.vetoes],
      team: teamOf.get(one.id)?.team ?? '–',
      enterprise: nameOf(companyId),
      area: nameOf(teamOf.get(one.id)?.area_id ?? ''),
    })),
  }
}

/** Objections: the office reads all, everybody else the own ones. One statement. */
async function readObjections({ deps, actor }: Reader, id: string, official: boolean) {
  let query = deps.db
    .selectFrom('review_objection as o')
    .innerJoin('review_application as a', (join) =>
      join.onRef('a.zone_id', '=', 'o.zone_id').onRef('a.id', '=', 'o.application_id'),
    )
    .select([
      'o.id',
      'o.words',
      'o.by_name as by',
      'o.at',
      'o.state',
      'o.effect',
      'o.adjust_centi as adjustCenti',
      'o.decision',
      'o.decided_at as decidedAt',
      'a.id as applicationId',
      'a.no',
      'a.team',
    ])
    .where('o.zone_id', '=', deps.zoneId)
    .where('o.campaign_id', '=', id)
  if (!official) query = query.where('o.by_account', '=', actor.accountId)
  const rows = await query.orderBy('o.at').orderBy('o.id').limit(200).execute()
  return rows.map(({ applicationId, no, team, ...one }) => ({ ...one, application: { id: applicationId, no, team } }))
}
