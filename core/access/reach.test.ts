import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import type { Actor, ActorMembership } from '@tingzhou/parties'
import {
  clearReach,
  grantReach,
  mayReach,
  partiesThatReach,
  reaches,
  registerObjectKind,
  revokeReach,
} from './reach.ts'
import type { Relation } from './tables.ts'

const zoneId = 'zone'
const kind = 'case'
let test: TestDatabase

registerObjectKind(kind, { zoneWide: ['dispatcher', 'supervisor', 'auditor', 'admin', 'leader'] })

const actor = (accountId: string, ...memberships: ActorMembership[]): Actor => ({
  accountId,
  name: accountId,
  kind: 'person',
  lang: 'zh-CN',
  memberships,
})
const held = (role: ActorMembership['role'], partyId: string | null): ActorMembership => ({ role, partyId })

// Each case, and who has to do with it.
const cases: Record<string, [string, Relation][]> = {
  c1: [
    ['firm-a', 'enterprise'],
    ['area-1', 'area'],
    ['dept-x', 'owner'],
    ['ann', 'person'],
  ],
  c2: [
    ['firm-b', 'enterprise'],
    ['area-1', 'area'],
    ['dept-x', 'owner'],
    ['dept-x', 'pool'],
    ['dept-y', 'assistant'],
  ],
  c3: [
    ['firm-a', 'enterprise'],
    ['area-2', 'area'],
    ['dept-y', 'owner'],
    ['guy', 'person'],
    ['zoe', 'watcher'],
  ],
  c4: [
    ['firm-b', 'enterprise'],
    ['area-2', 'area'],
  ],
}

const readers: [string, Actor, string[]][] = [
  ['an enterprise contact', actor('eva', held('enterprise', 'firm-a')), ['c1', 'c3']],
  [
    'a contact of two firms',
    actor('eve', held('enterprise', 'firm-a'), held('enterprise', 'firm-b')),
    ['c1', 'c2', 'c3', 'c4'],
  ],
  ['an area lead', actor('leo', held('area_lead', 'area-1')), ['c1', 'c2']],
  ['a department head', actor('hal', held('dept_head', 'dept-x')), ['c1', 'c2']],
  ['an officer: what nobody took, and what is assigned', actor('ann', held('dept_officer', 'dept-x')), ['c1', 'c2']],
  ['another officer of the department', actor('bob', held('dept_officer', 'dept-x')), ['c2']],
  ['an officer of the assistant department', actor('cat', held('dept_officer', 'dept-y')), ['c2']],
  ['a head of the assistant department', actor('dan', held('dept_head', 'dept-y')), ['c2', 'c3']],
  ['a guide', actor('guy', held('guide', null)), ['c3']],
  ['a watcher without any role', actor('zoe'), ['c3']],
  ['a dispatcher', actor('dee', held('dispatcher', null)), ['c1', 'c2', 'c3', 'c4']],
  ['a supervisor of one party only', actor('sue', held('supervisor', 'dept-x')), []],
  ['a leader', actor('lin', held('leader', null)), ['c1', 'c2', 'c3', 'c4']],
  ['an auditor', actor('aud', held('auditor', null)), ['c1', 'c2', 'c3', 'c4']],
  ['a role that the kind does not name', actor('win', held('window_officer', null)), []],
  ['somebody with the right party in the wrong role', actor('eli', held('enterprise', 'dept-x')), []],
  ['nobody in particular', actor('nil'), []],
]

beforeAll(async () => {
  test = await testDatabase()
  await test.database.exec('create table probe_case (id text primary key, body text)')
  for (const [objectId, pairs] of Object.entries(cases)) {
    await sql`insert into probe_case values (${objectId}, 'x')`.execute(test.db)
    const rows = pairs.map(([partyId, relation]) => ({ objectKind: kind, objectId, partyId, relation }))
    await grantReach(test.db, zoneId, rows)
    await grantReach(test.db, zoneId, rows)
  }
  // The same ids of another kind and another zone must not open anything.
  await grantReach(test.db, zoneId, [
    { objectKind: 'other', objectId: 'c4', partyId: 'firm-a', relation: 'enterprise' },
  ])
  await grantReach(test.db, 'elsewhere', [
    { objectKind: kind, objectId: 'c4', partyId: 'firm-a', relation: 'enterprise' },
  ])
})
afterAll(() => test.database.close())

const within = (who: Actor) =>
  sql`from probe_case where ${reaches(who, kind, { zoneId, objectId: sql.ref('probe_case.id') })}`
const listFor = async (who: Actor) => {
  const answer = await sql<{ id: string }>`select id ${within(who)} order by id`.execute(test.db)
  return answer.rows.map((row) => row.id)
}

describe('reaches', () => {
  it.each(readers)('shows %s exactly its rows', async (_who, reader, expected) => {
    expect(await listFor(reader)).toEqual(expected)
  })

  it.each(readers)('counts and opens for %s what it lists', async (_who, reader, expected) => {
    const counted = await sql<{ n: number }>`select count(*) as n ${within(reader)}`.execute(test.db)
    const opened: string[] = []
    for (const id of Object.keys(cases)) if (await mayReach(test.db, reader, zoneId, kind, id)) opened.push(id)

    expect(counted.rows[0]?.n).toBe(expected.length)
    expect(opened).toEqual(expected)
  })

  it('shows a role that reads some of a kind those, and what it reaches otherwise, wherever it asks', async () => {
    const only = sql`'c4'`
    registerObjectKind('some-cases', {
      zoneWide: ['dispatcher'],
      some: { roles: ['callback_agent'], rows: ({ objectId }) => sql`(${objectId})::text = ${only}` },
    })
    await grantReach(test.db, zoneId, [
      { objectKind: 'some-cases', objectId: 'c1', partyId: 'dept-y', relation: 'assistant' },
    ])
    const caller = actor('cal', held('callback_agent', null), held('dept_officer', 'dept-y'))
    const listed = async (who: Actor) => {
      const rows = await sql<{ id: string }>`select id from probe_case
        where ${reaches(who, 'some-cases', { zoneId, objectId: sql.ref('probe_case.id') })} order by id`.execute(
        test.db,
      )
      return rows.rows.map(({ id }) => id)
    }

    expect(await listed(caller)).toEqual(['c1', 'c4'])
    expect(await listed(actor('cal', held('callback_agent', null)))).toEqual(['c4'])
    expect(await listed(actor('gus', held('guide', null)))).toEqual([])
    expect(await mayReach(test.db, caller, zoneId, 'some-cases', 'c4')).toBe(true)
    expect(await mayReach(test.db, caller, zoneId, 'some-cases', 'c2')).toBe(false)
    await clearReach(test.db, zoneId, 'some-cases', 'c1')
  })

  it('refuses a kind that nobody registered', () => {
    expect(() => reaches(actor('x'), 'unknown', { zoneId, objectId: sql`'c1'` })).toThrow('not registered')
  })

  it('follows rows that come and go', async () => {
    const reader = actor('new', held('dept_head', 'dept-z'))
    const row = { objectKind: kind, objectId: 'c4', partyId: 'dept-z', relation: 'owner' } as const
    await grantReach(test.db, zoneId, [row])
    expect(await listFor(reader)).toEqual(['c4'])
    expect(await partiesThatReach(test.db, zoneId, kind, 'c4')).toContainEqual({ partyId: 'dept-z', relation: 'owner' })

    await revokeReach(test.db, zoneId, row)
    expect(await listFor(reader)).toEqual([])
    await grantReach(test.db, zoneId, [row])
    await clearReach(test.db, zoneId, kind, 'c4')
    expect(await partiesThatReach(test.db, zoneId, kind, 'c4')).toEqual([])
  })
})

describe('with 30,000 objects', () => {
  it('reads a page from the side where there is less to read', async () => {
    await test.database.exec(`
      create table probe_many (zone_id text, id text, at int, primary key (zone_id, id));
      create index probe_many_at on probe_many (zone_id, at desc, id);
      insert into probe_many select 'zone', 'm' || n, n from generate_series(1, 30000) n;
      insert into reach select 'zone', 'many', 'm' || n, 'firm-' || (n % 600), 'enterprise' from generate_series(1, 30000) n;
      insert into reach select 'zone', 'many', 'm' || n, 'area-' || (n % 4), 'area' from generate_series(1, 30000) n;
      analyze probe_many; analyze reach;`)
    registerObjectKind('many', { zoneWide: [] })
    const pageOf = (who: Actor) => sql<{ id: string }>`select id from probe_many where zone_id = 'zone'
      and ${reaches(who, 'many', { zoneId, objectId: sql.ref('probe_many.id') })} order by at desc, id limit 50`
    const explain = async (who: Actor) => {
      const plan = await sql<{ 'QUERY PLAN': string }>`explain (costs off) ${pageOf(who)}`.execute(test.db)
      return plan.rows.map((row) => row['QUERY PLAN']).join('\n')
    }

    const firm = actor('f', held('enterprise', 'firm-7'))
    const area = actor('a', held('area_lead', 'area-1'))

    expect((await pageOf(firm).execute(test.db)).rows).toHaveLength(50)
    expect((await pageOf(area).execute(test.db)).rows.map((row) => row.id).slice(0, 2)).toEqual(['m29997', 'm29993'])
    // A firm's 50 rows come from the index on party and relation; an area's 7,500 are not gathered for a page of 50.
    expect(await explain(firm)).toMatch(/Index .*reach_through/)
    expect(await explain(area)).toMatch(/Semi Join\n.*probe_many_at(.|\n)*reach_pkey/)
  })
})
