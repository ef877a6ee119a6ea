import { createCalendarStore, prepareCalendar } from '@tingzhou/calendar'
import { at, newId, type Database } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { createParties, type Actor, type Role } from '@tingzhou/parties'
import { createDefinitionStore, deployDrawings, fireDue, type AnyHost } from '@tingzhou/process'
import { loadClockRules } from './clock-rules.ts'
import type { MoveName, Move } from './appeal-contract.ts'
import { raiseAppeal, type NewAppeal } from './appeal.ts'
import type { NeedsDeps } from './dossier.ts'
import { makeMove } from './moves.ts'
import { appealHost } from './process.ts'
import { loadCategories } from './taxonomy.ts'

/** A small zone for tests: one area, three departments, one enterprise, one person a role, a clock that only the test moves. */
export const testZone = async (database: Database, start: EpochMs) => zoneOf(database, await foundZone(database, start))

/** What a zone for tests consists of: plain values, so that another process can work in it too. */
export type ZoneSeed = Awaited<ReturnType<typeof foundZone>>

const depsOf = (database: Database, zoneId: string, clock: () => EpochMs): NeedsDeps => ({
  db: database.db,
  zoneId,
  clock,
  newId,
  calendar: createCalendarStore({ zoneId }),
  definitions: createDefinitionStore(zoneId),
})

/** Writes the zone. */
export async function foundZone(database: Database, start: EpochMs) {
  const now = start
  const zoneId = `zone-${newId().slice(-6)}`
  const deps = depsOf(database, zoneId, () => start)
  await database.db.transaction().execute(async (tx) => {
    await prepareCalendar(tx, zoneId, now)
    await loadCategories(tx, zoneId)
    await loadClockRules(tx, zoneId, now)
  })
  await deployDrawings(deps, [appealHost(deps)])
  const area = newId()
  const [power, fire, water] = [newId(), newId(), newId()]
  const enterprise = newId()
  await createParties(
    database.db,
    zoneId,
    [
      { id: area, kind: 'area', name: '东区', synthetic: true },
      { id: power, kind: 'department', name: '供电服务站', synthetic: true },
      { id: fire, kind: 'department', name: '安全环保局', synthetic: true },
      { id: water, kind: 'department', name: '建设局', synthetic: true },
      { id: enterprise, kind: 'enterprise', name: '合成示例面粉有限公司', synthetic: true },
    ],
    now,
  )
  const edited = { created_at: at(now), created_by: 'test', updated_at: at(now), updated_by: 'test' }
  await database.db
    .insertInto('area')
    .values({
      zone_id: zoneId,
      id: area,
      code: 'E',
      name: '东区',
      polygon: null,
      party_branch: '',
      state: 'open',
      synthetic: true,
      ...edited,
    } as never)
    .execute()
  await database.db
    .insertInto('enterprise')
    .values({
      zone_id: zoneId,
      id: enterprise,
      uscc_status: 'missing',
      name: '合成示例面粉有限公司',
      name_core: '合成示例面粉',
      area_id: area,
      status: 'active',
      source: 'test',
      synthetic: true,
      ...edited,
    } as never)
    .execute()
  const person = (role: Role, partyId: string | null = null): Actor => ({
    accountId: newId(),
    name: role,
    kind: 'person',
    lang: 'zh-CN',
    memberships: [{ role, partyId }],
  })
  const people = {
    firm: person('enterprise', enterprise),
    dispatcher: person('dispatcher'),
    supervisor: person('supervisor'),
    lead: person('area_lead', area),
    head: person('dept_head', power),
    officer: person('dept_officer', power),
    helper: person('dept_officer', fire),
    otherHead: person('dept_head', water),
    caller: person('callback_agent'),
  }
  return { zoneId, start, people, area, departments: { power, fire, water }, enterprise }
}

/** The verbs of a test in a zone that stands. */
export function zoneOf(database: Database, seed: ZoneSeed) {
  const { zoneId, people } = seed
  let now: EpochMs = seed.start
  const deps = depsOf(database, zoneId, () => now)
  const fields: NewAppeal = {
    title: '二号车间频繁停电',
    text: '最近一周每天下午停电两次，磨粉机停机。',
    nature: 'help',
    category: '0402',
    wanted: '恢复稳定供电',
    occurredAt: null,
    areaId: null,
    lon: null,
    lat: null,
    address: '',
    contactName: '',
    contactPhone: '',
    anonymous: false,
    sensitive: false,
    fileIds: [],
    enterpriseId: null,
    channel: 'web',
    visitId: null,
    meetingId: null,
    mandateId: null,
    draft: false,
  }
  const raise = async (over: Partial<NewAppeal> = {}, actor: Actor = people.firm) => {
    const raised = await raiseAppeal(deps, actor, newId(), { ...fields, ...over })
    if (!raised.ok) throw new Error(JSON.stringify(raised.error))
    return raised.value.id
  }
  const appealOf = (id: string) =>
    database.db
      .selectFrom('appeal')
      .selectAll()
      .where('zone_id', '=', zoneId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  /** Makes a move on the present revision; gives the result. */
  const tryMove = async (id: string, actor: Actor, move: MoveName, input: object = {}) => {
    const { rev } = await appealOf(id)
    // The test writes the fields of the move it names.
    return makeMove(deps, actor, id, { commandId: newId(), rev, move, ...input } as Move)
  }
  const move = async (id: string, actor: Actor, name: MoveName, input: object = {}) => {
    const moved = await tryMove(id, actor, name, input)
    if (!moved.ok) throw new Error(`${name}: ${JSON.stringify(moved.error)}`)
    return moved.value.state
  }
  const advance = async (seconds: number) => {
    const to = now + seconds * 1_000
    const hosts: readonly AnyHost[] = [appealHost(deps)]
    for (;;) {
      const next = await database.db
        .selectFrom('process_timer')
        .select('due_at')
        .where('zone_id', '=', zoneId)
        .where('due_at', '<=', new Date(to) as never)
        .orderBy('due_at')
        .limit(1)
        .executeTakeFirst()
      if (!next) break
      now = epochMs(Math.max(now, next.due_at))
      const report = await fireDue(database.db, { deps, definitions: deps.definitions }, hosts, now, (error) => {
        throw error
      })
      if (report.fired === 0) throw new Error('a due timer did not fire')
    }
    now = epochMs(to)
  }
  return {
    ...seed,
    deps,
    raise,
    move,
    tryMove,
    advance,
    appealOf,
    now: () => now,
  }
}
