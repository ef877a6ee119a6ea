import { implement } from '@orpc/server'
import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { containing } from '@tingzhou/db'
import {
  commandRunner,
  keysetPage,
  problem,
  requireActor,
  requireRole,
  unwrap,
  type RequestContext,
} from '@tingzhou/http'
import { listMemberships, type Actor } from '@tingzhou/parties'
import { changeAgreement, signAgreement } from './agreement.ts'
import { agreementContract, institutionContract } from './institution-contract.ts'
import { addMember, changeInstitution, endMember, enterInstitution } from './institution.ts'
import { referralProblems } from './problems.ts'
import { changeRules, findRules } from './rules.ts'
import { ruleContract } from './rules-contract.ts'
import { institutionsOf, lookers, mayRule } from './stand.ts'
import './texts.ts'
import { nameOf } from './view.ts'

const command = commandRunner('referral')
const institutionApi = implement(institutionContract).$context<RequestContext>()

export const institutionHandlers = institutionApi.router({
  list: institutionApi.list.handler(async ({ context, input }) => {
    const actor = looker(context)
    let query = selectInstitutions(context)
    if (input.kind) query = query.where('i.kind', '=', input.kind)
    if (input.state) query = query.where('i.state', '=', input.state)
    if (input.q) query = query.where('i.name', 'ilike', containing(input.q))
    if (input.mine) query = query.where(sql<boolean>`i.id = any(${[...institutionsOf(actor)]}::text[])`)
    const page = await keysetPage(
      query,
      [
        { ref: sql.ref('i.name'), order: 'asc', kind: 'string', read: (row) => row.name },
        { ref: sql.ref('i.id'), order: 'asc', kind: 'string', read: (row) => row.id },
      ],
      input,
    )
    const counted = await query
      .clearSelect()
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirst()
    return { rows: [...page.rows], next: page.next, total: counted?.n ?? 0 }
  }),
  get: institutionApi.get.handler(async ({ context, input }) => {
    const actor = looker(context)
    const row = await selectInstitutions(context).where('i.id', '=', input.id).executeTakeFirst()
    if (!row) return nowhere(input.id)
    const sees = mayRule(actor) || institutionsOf(actor).includes(input.id)
    return { ...row, members: sees ? await membersOf(context, input.id) : null }
  }),
  create: institutionApi.create.handler(async ({ context, input }) => {
    const actor = ruler(context)
    return unwrap(
      await command(context, actor, 'enter_institution', input, (tx) =>
        enterInstitution(tx, context.deps, actor, input),
      ),
      referralProblems,
    )
  }),
  change: institutionApi.change.handler(async ({ context, input }) => {
    const actor = ruler(context)
    return unwrap(
      await command(context, actor, 'change_institution', input, (tx) =>
        changeInstitution(tx, context.deps, actor, input),
      ),
      referralProblems,
    )
  }),
  addMember: institutionApi.addMember.handler(async ({ context, input }) => {
    const actor = ruler(context)
    const added = unwrap(
      await command(context, actor, 'add_member', input, (tx) => addMember(tx, context.deps, actor, input)),
      referralProblems,
    )
    context.deps.access.actors.forget(added.accountId)
    return { id: added.id }
  }),
  endMember: institutionApi.endMember.handler(async ({ context, input }) => {
    const actor = ruler(context)
    const ended = unwrap(
      await command(context, actor, 'end_member', input, (tx) => endMember(tx, context.deps, actor, input)),
      referralProblems,
    )
    context.deps.access.actors.forget(ended.accountId)
    return { id: ended.id }
  }),
})

function selectInstitutions({ deps }: RequestContext) {
  const day = localDateOf(deps.clock())
  return deps.db
    .selectFrom('referral_institution as i')
    .where('i.zone_id', '=', deps.zoneId)
    .select(['i.id', 'i.kind', 'i.name', 'i.phone', 'i.state', 'i.synthetic', 'i.rev', 'i.updated_at as updatedAt'])
    .select(
      sql<number>`(select count(*) from referral_agreement a where a.zone_id = i.zone_id
        and i.id in (a.home_id, a.hospital_id) and ${inForce(day)})`.as('agreements'),
    )
}

async function membersOf({ deps }: RequestContext, institutionId: string) {
  const held = await listMemberships(deps.db, deps.zoneId, {
    partyId: institutionId,
    roles: ['dept_head', 'dept_officer'],
  })
  const names = await deps.db
    .selectFrom('party')
    .select(['id', 'name'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', 'in', held.map(({ accountId }) => accountId).concat(''))
    .execute()
  const nameBy = new Map(names.map(({ id, name }) => [id, name]))
  return held.map(({ id, accountId, role, since }) => ({
    membershipId: id,
    accountId,
    name: nameBy.get(accountId) ?? accountId,
    role: role === 'dept_head' ? ('dept_head' as const) : ('dept_officer' as const),
    since,
  }))
}

const agreementApi = implement(agreementContract).$context<RequestContext>()

export const agreementHandlers = agreementApi.router({
  list: agreementApi.list.handler(async ({ context, input }) => {
    looker(context)
    const day = localDateOf(context.deps.clock())
    let query = selectAgreements(context)
    if (input.homeId) query = query.where('a.home_id', '=', input.homeId)
    if (input.hospitalId) query = query.where('a.hospital_id', '=', input.hospitalId)
    const { institutionId } = input
    if (institutionId)
      query = query.where((eb) => eb.or([eb('a.home_id', '=', institutionId), eb('a.hospital_id', '=', institutionId)]))
    if (input.state) query = query.where('a.state', '=', input.state)
    if (input.inForce !== undefined)
      query = query.where(input.inForce ? inForce(day) : sql<boolean>`not (${inForce(day)})`)
    if (input.q) {
      const like = containing(input.q)
      query = query.where(
        sql<boolean>`exists (select from referral_institution i where i.zone_id = a.zone_id
          and i.id in (a.home_id, a.hospital_id) and i.name ilike ${like})`,
      )
    }
    const page = await keysetPage(
      query,
      [
        { ref: sql.ref('a.home_id'), order: 'asc', kind: 'string', read: (row) => row.home_id },
        { ref: sql.ref('a.priority_up'), order: 'asc', kind: 'number', read: (row) => row.priorityUp },
        { ref: sql.ref('a.id'), order: 'asc', kind: 'string', read: (row) => row.id },
      ],
      input,
    )
    const counted = await query
      .clearSelect()
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirst()
    return { rows: page.rows.map(toAgreement), next: page.next, total: counted?.n ?? 0 }
  }),
  get: agreementApi.get.handler(async ({ context, input }) => {
    looker(context)
    const row = await selectAgreements(context).where('a.id', '=', input.id).executeTakeFirst()
    return row ? toAgreement(row) : nowhere(input.id)
  }),
  sign: agreementApi.sign.handler(async ({ context, input }) => {
    const actor = ruler(context)
    return unwrap(
      await command(context, actor, 'sign_agreement', input, (tx) => signAgreement(tx, context.deps, actor, input)),
      referralProblems,
    )
  }),
  change: agreementApi.change.handler(async ({ context, input }) => {
    const actor = ruler(context)
    return unwrap(
      await command(context, actor, 'change_agreement', input, (tx) => changeAgreement(tx, context.deps, actor, input)),
      referralProblems,
    )
  }),
})

const inForce = (day: string) =>
  sql<boolean>`(a.state = 'active' and a.valid_from <= ${day}::date and (a.valid_to is null or a.valid_to >= ${day}::date))`

function selectAgreements({ deps }: RequestContext) {
  const day = localDateOf(deps.clock())
  return deps.db
    .selectFrom('referral_agreement as a')
    .where('a.zone_id', '=', deps.zoneId)
    .select(['a.id', 'a.home_id', 'a.hospital_id', 'a.priority_up as priorityUp', 'a.priority_down as priorityDown'])
    .select(['a.note', 'a.state', 'a.synthetic', 'a.rev', 'a.valid_from', 'a.valid_to'])
    .select([
      nameOf(sql.ref('a.home_id'), sql.ref('a.zone_id')).as('home_name'),
      nameOf(sql.ref('a.hospital_id'), sql.ref('a.zone_id')).as('hospital_name'),
      inForce(day).as('inForce'),
    ])
}

type SelectedAgreement = Awaited<ReturnType<ReturnType<typeof selectAgreements>['execute']>>[number]

const toAgreement = (row: SelectedAgreement) => ({
  id: row.id,
  home: { id: row.home_id, name: row.home_name ?? row.home_id },
  hospital: { id: row.hospital_id, name: row.hospital_name ?? row.hospital_id },
  priorityUp: row.priorityUp,
  priorityDown: row.priorityDown,
  validFrom: row.valid_from,
  validTo: row.valid_to,
  note: row.note,
  state: row.state,
  inForce: row.inForce,
  synthetic: row.synthetic,
  rev: row.rev,
})

const ruleApi = implement(ruleContract).$context<RequestContext>()

export const ruleHandlers = ruleApi.router({
  get: ruleApi.get.handler(async ({ context, input }) => {
    looker(context)
    const found = await findRules(context.deps.db, context.deps.zoneId, input.version)
    return found ?? nowhere(String(input.version ?? ''))
  }),
  change: ruleApi.change.handler(async ({ context, input }) => {
    const actor = ruler(context)
    return unwrap(
      await command(context, actor, 'change_rules', input, (tx) => changeRules(tx, context.deps, actor, input)),
      referralProblems,
    )
  }),
})

const ruler = (context: RequestContext): Actor => requireRole(requireActor(context), 'admin', 'machine')

const looker = (context: RequestContext): Actor => requireRole(requireActor(context), ...lookers)

function nowhere(id: string): never {
  throw problem({ kind: 'not_found', status: 404, field: 'id', value: id })
}
