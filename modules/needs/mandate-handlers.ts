import { implement } from '@orpc/server'
import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { containing, type CommandReused } from '@tingzhou/db'
import { keysetPage, problem, requireActor, unwrap, type ProblemTable, type RequestContext } from '@tingzhou/http'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import './kinds.ts'
import { checkMandateMove, isInForce, moveNames } from './mandate-rules.ts'
import { mandateContract } from './mandates-contract.ts'
import { moveMandate, offerMandate, selectMandates, type MandateError, type StoredMandate } from './mandates.ts'
import { command, commonProblems, refuse } from './room.ts'
import type { AppealState } from './words.ts'
import { readEnterpriseFacts, readNames, refOf } from './zone-map.ts'
import './texts.ts'

const problems = {
  ...commonProblems,
  mandate_not_found: refuse(404),
  mandate_move: refuse(409, 'state'),
  mandate_actor: refuse(403),
  mandate_period: refuse(422, 'to'),
  mandate_exists: refuse(409, 'guideId'),
  not_a_guide: refuse(422, 'guideId'),
  enterprise_unknown: refuse(422, 'enterpriseId'),
} satisfies ProblemTable<MandateError | CommandReused>

const os = implement(mandateContract).$context<RequestContext>()

export const mandateHandlers = os.router({
  list: os.list.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const today = localDateOf(context.deps.clock())
    let query = readable(context, actor)
    if (input.state) query = query.where('state', '=', input.state)
    if (input.enterpriseId) query = query.where('enterprise_id', '=', input.enterpriseId)
    if (input.guideId) query = query.where('guide_id', '=', input.guideId)
    if (input.inForce !== undefined)
      query = query.where(
        sql<boolean>`(state in ('active', 'resumed') and ${today}::date between from_day and to_day) = ${input.inForce}::boolean`,
      )
    if (input.q) query = query.where('matter', 'ilike', containing(input.q))
    const counted = await query
      .clearSelect()
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirst()
    const page = await keysetPage(
      query,
      [
        { ref: sql.ref('updated_at'), order: 'desc', kind: 'instant', read: (row) => row.updatedAt },
        { ref: sql.ref('mandate.id'), order: 'desc', kind: 'string', read: (row) => row.id },
      ],
      input,
    )
    return { rows: await views(context, actor, page.rows), next: page.next, total: counted?.n ?? 0 }
  }),
  get: os.get.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const row = await readable(context, actor).where('mandate.id', '=', input.id).executeTakeFirst()
    const [view] = row ? await views(context, actor, [row]) : []
    return view ?? outOfReach(input.id)
  }),
  offer: os.offer.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    await requireOfferer(context, actor, input)
    const { intake, ...rest } = input
    const offered = await command(context, actor, 'offer_mandate', input, (tx) =>
      offerMandate(tx, context.deps, actor, { ...rest, intake: { ...intake } }),
    )
    return unwrap(offered, problems)
  }),
  move: os.move.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const row = await readable(context, actor).where('mandate.id', '=', input.id).executeTakeFirst()
    if (!row) return outOfReach(input.id)
    const { commandId } = input.move
    const moved = await command(context, actor, 'move_mandate', { commandId, ...input }, (tx) =>
      moveMandate(tx, context.deps, actor, input.id, input.move),
    )
    return unwrap(moved, problems)
  }),
  acts: os.acts.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { db, zoneId } = context.deps
    const mandate = await readable(context, actor).where('mandate.id', '=', input.id).executeTakeFirst()
    if (!mandate) return outOfReach(input.id)
    const rows = await sql<{
      at: number
      actor: string
      onBehalfOf: string | null
      verb: string
      reason: string | null
      appealId: string | null
      no: string | null
      title: string | null
      state: AppealState | null
    }>`
      select h.at, h.actor_name as actor, h.on_behalf_of as "onBehalfOf", h.verb, h.reason, a.id as "appealId", a.no, a.title, a.state
      from history h
      left join appeal a on a.zone_id = h.zone_id and a.id = case when h.object_kind = 'appeal' then h.object_id::uuid end
      where h.zone_id = ${zoneId} and (h.object_id = ${mandate.id} or h.object_id in (
          select own.id::text from appeal own where own.zone_id = ${zoneId} and own.enterprise_id::text = ${mandate.enterpriseId}))
        and (h.object_kind = 'mandate' or h.actor_id = ${mandate.guideId}) and h.public
      order by h.at desc limit 200`.execute(db)
    const names = await readNames(
      db,
      zoneId,
      rows.rows.map(({ onBehalfOf }) => onBehalfOf),
    )
    return {
      rows: rows.rows.map(({ appealId, no, title, state, onBehalfOf, ...row }) => ({
        ...row,
        onBehalfOf: onBehalfOf === null ? null : refOf(names, onBehalfOf).name,
        appeal: appealId === null || title === null || state === null ? null : { id: appealId, no, title, state },
      })),
    }
  }),
})

/** Offered by a guide or an office, or asked for by the enterprise itself. */
async function requireOfferer(
  { deps }: RequestContext,
  actor: Actor,
  { enterpriseId, guideId }: { readonly enterpriseId: string; readonly guideId: string },
): Promise<void> {
  if (hasRole(actor, 'dispatcher', 'supervisor', 'admin', 'machine', 'window_officer', 'duty_officer')) return
  if (partiesOf(actor, 'enterprise').includes(enterpriseId)) return
  if (hasRole(actor, 'guide') && actor.accountId === guideId) return
  const firm = (await readEnterpriseFacts(deps.db, deps.zoneId, [enterpriseId])).get(enterpriseId)
  if (firm?.areaId && partiesOf(actor, 'area_lead').includes(firm.areaId)) return
  throw problem({
    kind: 'wrong_role',
    status: 403,
    meta: { roles: ['enterprise', 'guide', 'area_lead', 'window_officer'] },
  })
}

function outOfReach(id: string): never {
  throw problem({ kind: 'mandate_not_found', status: 404, area: 'needs', field: 'id', value: id })
}

const readable = ({ deps }: RequestContext, actor: Actor) =>
  selectMandates(deps.db, deps.zoneId).where(
    reaches(actor, 'mandate', { zoneId: deps.zoneId, objectId: sql.ref('mandate.id') }),
  )

async function views({ deps }: RequestContext, actor: Actor, rows: readonly StoredMandate[]) {
  if (rows.length === 0) return []
  const { db, zoneId, clock } = deps
  const today = localDateOf(clock())
  const forms = await db
    .selectFrom('mandate_form')
    .select(['mandate_id', 'kind', 'at', 'by_account', 'by_name', 'data'])
    .where('zone_id', '=', zoneId)
    .where(
      'mandate_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('number')
    .limit(5_000)
    .execute()
  const names = await readNames(
    db,
    zoneId,
    rows.flatMap((row) => [row.enterpriseId, row.guideId]),
  )
  return rows.map((row) => ({
    ...row,
    scope: [...row.scope],
    enterprise: refOf(names, row.enterpriseId),
    guide: refOf(names, row.guideId),
    inForce: isInForce(row, today),
    forms: forms
      .filter(({ mandate_id }) => mandate_id === row.id)
      .map(({ kind, at, by_account, by_name, data }) => ({ kind, at, by: { id: by_account, name: by_name }, data })),
    moves: moveNames.map((move) => {
      const allowed = checkMandateMove(row, move, actor)
      return { move, allowed: allowed.ok, reason: allowed.ok ? null : allowed.error.kind }
    }),
  }))
}
