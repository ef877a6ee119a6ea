import { randomUUID } from 'node:crypto'
import { sql, type KyselyPlugin } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEnterprise, changeEnterprise } from './enterprise-command.ts'
import type { EnterpriseChange } from './enterprise-contract.ts'
import { listCounted } from './enterprise-list.ts'
import { mergeEnterprises } from './merge.ts'
import { actorWith, admin, testZone, type TestZone } from './testing.ts'

type Row = Readonly<Record<string, unknown>>

let zone: TestZone
/** The first row of every answer of the database to what `list` asked. */
let answers: Row[] = []
const listening: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  transformResult: async ({ result }) => {
    if (result.rows[0]) answers.push(result.rows[0])
    return result
  },
}
const countsAsked = () => answers.filter((row) => 'n' in row).length
const statesSeen = () => new Set(answers.flatMap((row) => ('name' in row ? [row.seen] : []))).size

let list: (tag: string, limit: number, who?: typeof admin, cursor?: string | null) => ReturnType<typeof listCounted>

beforeAll(async () => {
  zone = await testZone()
  const db = zone.db.withPlugin(listening)
  list = (tag, limit, who = admin, cursor) =>
    listCounted(db, 'zone', who, { tag: [tag], limit, ...(cursor ? { cursor } : {}) })
})
afterAll(() => zone.database.close())

async function add(name: string, tag: string, areaId: string | null = null): Promise<string> {
  const added = await zone.db
    .transaction()
    .execute((tx) => createEnterprise(tx, zone.deps, admin, { name, tags: [tag], areaId, synthetic: true }))
  if (!added.ok) throw new Error(`${name} was refused: ${added.error.kind}`)
  return added.value.id
}

const change = (id: string, rev: number, entered: EnterpriseChange) =>
  zone.db.transaction().execute((tx) => changeEnterprise(tx, zone.deps, admin, { id, rev, ...entered }))

/** Three invented firms under a tag of their own. */
async function addThree() {
  const tag = randomUUID().slice(0, 20)
  const ids = []
  for (const n of [1, 2, 3]) ids.push(await add(`${tag}试验${n}公司`, tag, zone.areas.east))
  answers = []
  return { tag, ids }
}

describe('the number beside the list', () => {
  it('is that of the rows when the list ends on its first page, and nothing is counted', async () => {
    const { tag } = await addThree()

    expect((await list(tag, 3)).total).toBe(3)
    expect((await list('no such tag', 3)).total).toBe(0)
    expect(countsAsked()).toBe(0)
  })

  it('is counted once while nothing is committed, whoever of the same reach asks, on whatever page', async () => {
    const { tag } = await addThree()
    const dispatcher = actorWith(['dispatcher', null])

    const first = await list(tag, 2)
    const others = [await list(tag, 1), await list(tag, 2, dispatcher), await list(tag, 2, admin, first.next)]

    expect([first.total, ...others.map(({ total }) => total)]).toEqual([3, 3, 3, 3])
    expect(others[2]?.rows.map(({ name }) => name)).toEqual([`${tag}试验3公司`])
    // On a server shared with other work the state moves on by itself.
    expect(countsAsked()).toBeGreaterThan(0)
    expect(countsAsked()).toBeLessThanOrEqual(statesSeen())
  })

  it('follows every commit: an entry more, one merged away, one that leaves the filter', async () => {
    const { tag, ids } = await addThree()
    const totals = [(await list(tag, 1)).total]
    await add(`${tag}试验4公司`, tag)
    totals.push((await list(tag, 1)).total)
    const [id = '', into = '', third = ''] = ids
    await zone.db
      .transaction()
      .execute((tx) => mergeEnterprises(tx, zone.deps, admin, { id, into, rev: 1, intoRev: 1, why: '重复' }))
    totals.push((await list(tag, 1)).total)
    await change(third, 1, { tags: [] })
    totals.push((await list(tag, 1)).total)

    expect(totals).toEqual([3, 4, 3, 2])
  })

  it('is each reader’s own, and follows a change of reach', async () => {
    const { tag, ids } = await addThree()
    const lead = actorWith(['area_lead', zone.areas.west])
    const both = async () => [(await list(tag, 1)).total, (await list(tag, 1, lead)).total]

    expect(await both()).toEqual([3, 0])
    await change(ids[0] ?? '', 1, { areaId: zone.areas.west })
    await change(ids[1] ?? '', 1, { areaId: zone.areas.west })
    expect(await both()).toEqual([3, 2])
    await change(ids[2] ?? '', 1, { areaId: zone.areas.west })
    expect(await both()).toEqual([3, 3])
  })

  it('is not kept over what a transaction has not committed', async () => {
    const { tag } = await addThree()

    await expect(
      zone.db.transaction().execute((tx) => listCounted(tx, 'zone', admin, { tag: [tag], limit: 1 })),
    ).rejects.toThrow('outside transactions')
  })

  it('is counted from the narrow index of the entries that stand, without their rows', async () => {
    await zone.database.exec(`
      insert into party (zone_id, id, kind, name, created_at, updated_at)
        select 'many', 'm' || n, 'enterprise', 'm' || n, now(), now() from generate_series(1, 5000) n;
      insert into enterprise (zone_id, id, uscc_status, name, name_core, created_at, created_by, updated_at, updated_by)
        select 'many', 'm' || n, 'missing', 'm' || n, 'm' || n, now(), 'test', now(), 'test' from generate_series(1, 5000) n`)
    await zone.database.exec('vacuum analyze enterprise')
    const plan = await sql<{ 'QUERY PLAN': string }>`explain (costs off)
      select count(*) from enterprise where zone_id = 'many' and merged_into is null`.execute(zone.db)

    expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('Index Only Scan using enterprise_standing')
  })
})
