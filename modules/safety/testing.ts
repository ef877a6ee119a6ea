import { caseZone } from '@tingzhou/casework/testing'
import { at, newId, runCommand, type Database } from '@tingzhou/db'
import { assert, type EpochMs } from '@tingzhou/kernel'
import { createParties, grantRoles, type Actor, type Role } from '@tingzhou/parties'
import type { ApplicationMove, ApplicationMoveInput } from './application-contract.ts'
import { moveApplication } from './application-moves.ts'
import { reviewHost } from './application-process.ts'
import { apply, type NewApplication } from './application.ts'
import type { CampaignMove, CampaignMoveInput } from './campaign-contract.ts'
import { moveCampaign } from './campaign-moves.ts'
import { campaignHost } from './campaign-process.ts'
import { startCampaign, type Seat } from './campaign.ts'
import './module.ts'
import type { RuleSet } from './rule-set.ts'
import { marksWorth, testRules } from './testing-rules.ts'

/** A small zone for tests: two counties, three departments, two enterprises, an office and a panel; a clock that only the test moves. */
export async function reviewZone(database: Database, start: EpochMs, over: Partial<RuleSet> = {}) {
  const cases = await caseZone(database, start, (ports) => [reviewHost(ports), campaignHost(ports)])
  const { zoneId, deps, hosts, now, moveTo } = cases
  const { areas, departments, enterprises } = await foundParties(database, zoneId, start)
  const person = async (name: string, role: Role, partyId: string | null = null): Promise<Actor> => {
    const [accountId = ''] = await createParties(
      database.db,
      zoneId,
      [{ kind: 'person', name, synthetic: true }],
      now(),
    )
    await grantRoles(database.db, zoneId, accountId, [{ role, partyId }], 'test', now())
    return { accountId, name, kind: 'person', lang: 'zh-CN', memberships: [{ role, partyId }] }
  }
  const people = {
    office: await person('主管', 'supervisor'),
    otherOffice: await person('管理员', 'admin'),
    leader: await person('领导', 'leader'),
    firm: await person('甲厂', 'enterprise', enterprises.mill),
    otherFirm: await person('乙厂', 'enterprise', enterprises.paper),
    lead: await person('东县负责人', 'area_lead', areas.east),
    westLead: await person('西县负责人', 'area_lead', areas.west),
    county: await person('东县评委', 'dept_officer', departments.power),
    county2: await person('东县评委二', 'dept_officer', departments.water),
    west: await person('西县评委', 'dept_officer', departments.power),
    first: await person('州评委一', 'dept_officer', departments.power),
    second: await person('州评委二', 'dept_officer', departments.water),
    third: await person('州评委三', 'dept_head', departments.water),
    own: await person('安监评委', 'dept_officer', departments.safety),
  }
  const seat = (actor: Actor, level: Seat['level'], areaId: string | null = null): Seat => ({
    accountId: actor.accountId,
    level,
    areaId,
    departmentId: null,
  })
  const panel = [
    seat(people.county, 'county', areas.east),
    seat(people.west, 'county', areas.west),
    seat(people.first, 'prefecture'),
    seat(people.second, 'prefecture'),
    seat(people.third, 'prefecture'),
    seat(people.own, 'prefecture'),
  ]
  const rules = testRules(over)
  const startOne = async (given: Partial<RuleSet> = {}, seats: readonly Seat[] = panel) => {
    const input = {
      name: '合成示范班组评选',
      year: 2026,
      rules: { ...rules, ...given },
      panel: [...seats],
      synthetic: true,
    }
    return runCommand(deps, { commandId: newId(), actorId: people.office.accountId, name: 'test', input }, (tx) =>
      startCampaign(tx, deps, people.office, input),
    )
  }
  const started = await startOne()
  assert(started.ok, `the campaign starts: ${JSON.stringify(started)}`)
  const campaignId = started.value.id

  const tryApply = (input: Partial<NewApplication> = {}, actor: Actor = people.firm) => {
    const fields = { ...newApplication(campaignId, enterprises.mill, departments.safety), ...input }
    return runCommand(deps, { commandId: newId(), actorId: actor.accountId, name: 'test', input: fields }, (tx) =>
      apply(tx, deps, actor, fields),
    )
  }
  const enter = async (input: Partial<NewApplication> = {}, actor: Actor = people.firm): Promise<string> => {
    const applied = await tryApply(input, actor)
    assert(applied.ok, `the team applies: ${JSON.stringify(applied)}`)
    return applied.value.id
  }
  const row = (id: string) =>
    database.db
      .selectFrom('review_application')
      .selectAll()
      .where('zone_id', '=', zoneId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  const campaign = (id = campaignId) =>
    database.db
      .selectFrom('review_campaign')
      .selectAll()
      .where('zone_id', '=', zoneId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  /** Makes a move on the present revision, or on the given one; gives the result. */
  const tryMove = async (id: string, actor: Actor, move: ApplicationMove, input: object = {}) => {
    const { rev } = await row(id)
    // The test writes the fields of the move it names.
    const made = { commandId: newId(), rev, move, fileIds: [], ...input } as unknown as ApplicationMoveInput
    return moveApplication(deps, actor, id, made)
  }
  const move = async (id: string, actor: Actor, name: ApplicationMove, input: object = {}) => {
    const moved = await tryMove(id, actor, name, input)
    assert(moved.ok, `${name}: ${JSON.stringify(moved)}`)
    return moved.value.state
  }
  const tryRun = async (actor: Actor, name: CampaignMove, input: object = {}, id = campaignId) => {
    const { rev } = await campaign(id)
    const made = { commandId: newId(), rev, move: name, ...input } as unknown as CampaignMoveInput
    return moveCampaign(deps, actor, id, made)
  }
  const run = async (actor: Actor, name: CampaignMove, input: object = {}, id = campaignId) => {
    const moved = await tryRun(actor, name, input, id)
    assert(moved.ok, `${name}: ${JSON.stringify(moved)}`)
    return moved.value.state
  }
  const marks = (points: number) => marksWorth(rules.sheet, Math.round(points * 100))
  const submit = (id: string, points = 96, actor = people.firm) =>
    move(id, actor, 'submit', { marks: marks(points), words: '' })
  const reasons = Object.fromEntries(
    rules.sheet.sections.flatMap(({ items }) => items.map(({ key }) => [key, '现场核实'])),
  )
  const score = (id: string, actor: Actor, points: number, input: object = {}) =>
    move(id, actor, 'score', { marks: marks(points), reasons, words: '', ...input })
  const decide = (id: string, outcome: string, reason = '材料不全', actor = people.lead) =>
    move(id, actor, 'decide', { outcome, reason })
  /** Through all levels: county score, then as many prefecture scores as are given. */
  const through = async (id: string, self: number, county: number, ...prefecture: readonly number[]) => {
    const { enterprise_id: enterpriseId, area_id: areaId } = await row(id)
    const east = areaId === areas.east
    await submit(id, self, enterpriseId === enterprises.mill ? people.firm : people.otherFirm)
    await score(id, east ? people.county : people.west, county)
    await decide(id, 'accept', '', east ? people.lead : people.westLead)
    for (const points of prefecture) await score(id, await askedReviewer(id), points)
    return (await row(id)).state
  }
  /** Whoever the process asks to score now; of several who may, the first. */
  const askedReviewer = async (id: string): Promise<Actor> => {
    const tasks = await database.db
      .selectFrom('process_task')
      .select('assignee_id')
      .where('zone_id', '=', zoneId)
      .where('business_id', '=', id)
      .where('state', '=', 'open')
      .execute()
    const scored = await database.db
      .selectFrom('review_score')
      .select('reviewer_id')
      .where('application_id', '=', id)
      .execute()
    const stepped = await database.db
      .selectFrom('review_recusal')
      .select('account_id')
      .where('application_id', '=', id)
      .execute()
    const candidates = [people.first, people.second, people.third, people.own]
    const found = candidates.find(
      ({ accountId }) =>
        tasks.some((task) => task.assignee_id === accountId || task.assignee_id === null) &&
        !scored.some((one) => one.reviewer_id === accountId) &&
        !stepped.some((one) => one.account_id === accountId),
    )
    assert(found, 'somebody is asked to score')
    return found
  }
  return {
    zoneId,
    deps,
    hosts,
    people,
    areas,
    departments,
    enterprises,
    panel,
    rules,
    campaignId,
    startOne,
    tryApply,
    enter,
    row,
    campaign,
    tryMove,
    move,
    tryRun,
    run,
    marks,
    reasons,
    submit,
    score,
    decide,
    through,
    askedReviewer,
    moveTo,
    now,
  }
}

const newApplication = (campaignId: string, enterpriseId: string, departmentId: string): NewApplication => ({
  campaignId,
  enterpriseId,
  departmentId,
  team: '合成甲班',
  leader: '示例班长',
  members: 12,
  periodFrom: '2025-01-01',
  periodTo: '2025-12-31',
  synthetic: true,
})

async function foundParties({ db }: Database, zoneId: string, now: EpochMs) {
  const areas = { east: newId(), west: newId() }
  const departments = { power: newId(), water: newId(), safety: newId() }
  const enterprises = { mill: newId(), paper: newId() }
  const party = (kind: 'area' | 'department' | 'enterprise') => (id: string) =>
    ({ id, kind, name: `合成${kind} ${id.slice(-4)}`, synthetic: true }) as const
  await createParties(
    db,
    zoneId,
    [
      ...Object.values(areas).map(party('area')),
      ...Object.values(departments).map(party('department')),
      ...Object.values(enterprises).map(party('enterprise')),
    ],
    now,
  )
  const edited = { created_at: at(now), created_by: 'test', updated_at: at(now), updated_by: 'test' }
  await db
    .insertInto('area')
    .values(
      Object.entries(areas).map(([code, id]) => ({
        zone_id: zoneId,
        id,
        code,
        name: code,
        polygon: null,
        party_branch: '',
        state: 'open',
        synthetic: true,
        ...edited,
      })) as never,
    )
    .execute()
  await db
    .insertInto('enterprise')
    .values(
      [
        [enterprises.mill, areas.east, '合成甲厂'],
        [enterprises.paper, areas.west, '合成乙厂'],
      ].map(([id, areaId, name]) => ({
        zone_id: zoneId,
        id,
        uscc_status: 'missing',
        name,
        name_core: name,
        area_id: areaId,
        status: 'active',
        source: 'test',
        synthetic: true,
        ...edited,
      })) as never,
    )
    .execute()
  return { areas, departments, enterprises }
}
