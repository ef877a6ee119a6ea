import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { appendHistory, readHistory, sealAllHistory, sealHistory, verifyHistory, type HistoryEntry } from './index.ts'

let test: TestDatabase
const zoneId = 'zone'
const now = epochMs(Date.UTC(2026, 10, 22, 4, 26, 0, 123))

const entry = (objectId: string, over: Partial<HistoryEntry> = {}): HistoryEntry => ({
  objectKind: 'appeal',
  objectId,
  at: now,
  verb: 'sign',
  actorId: 'u1',
  actorName: '张三 "派单员"\\\n\t\u001f',
  onBehalfOf: '某企业',
  node: 'sign',
  public: true,
  reason: '按规定',
  data: { before: { state: 'dispatched' }, after: { state: 'signed', amount: 1.5, tags: ['a', null, true] } },
  ...over,
})
const append = (...entries: HistoryEntry[]) => test.db.transaction().execute((tx) => appendHistory(tx, zoneId, entries))
const verify = () => verifyHistory(test.db, zoneId)
const tamper = (statement: string) =>
  test.database.exec(
    ['history', 'history_head', 'history_seal'].map((table) => `alter table ${table} disable trigger user;`).join('') +
      `${statement};` +
      ['history', 'history_head', 'history_seal'].map((table) => `alter table ${table} enable trigger user;`).join(''),
  )

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(() => tamper('delete from history; delete from history_head; delete from history_seal'))

describe('appendHistory', () => {
  it('gives the same bytes to hash on every database', async () => {
    const links = await append(entry('golden'))

    // Computed once and written down: a change of the canonical text would orphan every chain that exists.
    expect(links).toEqual([
      { objectId: 'golden', seq: 1, hash: '094d2d982e45fc90848c0632693a4a5926ed0ce09196baad235edbddaf0b8ebb' },
    ])
  })

  it('keeps one chain an object when one call brings several', async () => {
    const links = await append(entry('a'), entry('b'), entry('a'), entry('a'))
    await append(entry('a'))

    expect(links.map((link) => `${link.objectId}${link.seq}`)).toEqual(['a1', 'a2', 'a3', 'b1'])
    expect(await verify()).toEqual({ entries: 5, objects: 2, seals: 0, lastSeal: null, faults: [] })
  })

  it('keeps one chain when forty append at once', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, i) => append(entry('x'), entry(i % 2 ? 'y' : 'w'), entry('x'))))

    expect(await verify()).toMatchObject({ entries: 120, objects: 3, faults: [] })
  })

  it('writes nothing when the transaction is rolled back', async () => {
    await append(entry('a'))
    const failing = test.db.transaction().execute(async (tx) => {
      await appendHistory(tx, zoneId, [entry('a'), entry('new')])
      throw new Error('no')
    })

    await expect(failing).rejects.toThrow('no')
    expect(await verify()).toMatchObject({ entries: 1, objects: 1, faults: [] })
  })

  it('refuses to change, remove or empty', async () => {
    await append(entry('a'))

    for (const statement of [
      `update history set verb = 'x'`,
      'delete from history',
      'truncate history',
      'delete from history_head',
      'truncate history_seal',
    ])
      await expect(test.database.exec(statement)).rejects.toThrow('append-only')
  })
})

describe('readHistory', () => {
  it('pages oldest first and hides what the applicant may not read', async () => {
    await append(entry('a', { verb: 'one' }), entry('a', { verb: 'two', public: false }), entry('a', { verb: 'three' }))

    const verbs = async (page: Parameters<typeof readHistory>[3]) =>
      (await readHistory(test.db, zoneId, 'a', page)).map((row) => row.verb)

    expect(await verbs({ limit: 2 })).toEqual(['one', 'two'])
    expect(await verbs({ after: 2 })).toEqual(['three'])
    expect(await verbs({ publicOnly: true })).toEqual(['one', 'three'])
    expect((await readHistory(test.db, zoneId, 'a'))[0]).toMatchObject({ at: now, data: entry('a').data })
  })

  it('pages newest first for whoever asks, without end or gap', async () => {
    for (const verb of ['one', 'two', 'three', 'four', 'five']) await append(entry('a', { verb }))
    const page = async (after: number) => {
      const rows = await readHistory(test.db, zoneId, 'a', { after, limit: 2, order: 'desc' })
      return { verbs: rows.map(({ verb }) => verb), last: rows.at(-1)?.seq ?? 0 }
    }

    const first = await page(0)
    const second = await page(first.last)
    const third = await page(second.last)

    expect([first.verbs, second.verbs, third.verbs]).toEqual([['five', 'four'], ['three', 'two'], ['one']])
    expect((await page(third.last)).verbs).toEqual([])
  })
})

describe('verifyHistory', () => {
  beforeEach(async () => {
    await append(entry('a'), entry('a'), entry('a'), entry('b'))
  })

  it.each([
    [`object_kind = 'other'`],
    [`at = at + interval '1 microsecond'`],
    [`verb = 'close'`],
    [`actor_id = 'u2'`],
    [`actor_name = 'X'`],
    [`on_behalf_of = null`],
    [`node = 'nod'`],
    ['public = false'],
    [`reason = reason || ' '`],
    [`data = '{}'`],
    [`data = jsonb_set(data, '{after,amount}', '1.50')`],
    [`hash = repeat('1', 64)`],
  ])('finds an entry with %s', async (change) => {
    await tamper(`update history set ${change} where object_id = 'a' and seq = 2`)

    expect((await verify()).faults).toEqual([{ kind: 'hash_mismatch', objectId: 'a', seq: 2 }])
  })

  it('finds a changed link, a renamed object and a moved number', async () => {
    await tamper(`update history set prev_hash = repeat('1', 64) where object_id = 'a' and seq = 2`)
    expect((await verify()).faults).toEqual([{ kind: 'chain_broken', objectId: 'a', seq: 2 }])

    await tamper(`update history set seq = 9 where object_id = 'a' and seq = 3`)
    expect((await verify()).faults).toContainEqual({ kind: 'seq_missing', objectId: 'a', seq: 3 })

    await tamper(`update history set object_id = 'c' where object_id = 'b'`)
    const kinds = (await verify()).faults.map((fault) => fault.kind)
    expect(kinds).toContain('hash_mismatch')
    expect((await verify()).faults).toContainEqual({ kind: 'seq_missing', objectId: 'b', seq: 1 })
  })

  it('finds a rewritten zone', async () => {
    await tamper(`update history set zone_id = 'other'; update history_head set zone_id = 'other'`)

    expect((await verifyHistory(test.db, 'other')).faults).toHaveLength(2)
  })

  it('finds an entry that is gone from the middle or from the end', async () => {
    await tamper(`delete from history where object_id = 'a' and seq = 2`)
    expect((await verify()).faults).toEqual([{ kind: 'seq_missing', objectId: 'a', seq: 2 }])

    await tamper(`delete from history where object_id = 'a' and seq >= 2`)
    expect((await verify()).faults).toEqual([{ kind: 'seq_missing', objectId: 'a', seq: 3 }])
  })

  it('finds a head that is gone or was moved', async () => {
    await tamper(`update history_head set hash = repeat('1', 64) where object_id = 'b'`)
    expect((await verify()).faults).toEqual([{ kind: 'head_mismatch', objectId: 'b', seq: 1 }])

    await tamper(`delete from history_head where object_id = 'b'`)
    expect((await verify()).faults).toEqual([{ kind: 'head_missing', objectId: 'b', seq: 1 }])
  })

  it('finds through the seal that a tail was cut and the head moved back', async () => {
    await sealAllHistory(test.db, zoneId, now)
    expect((await verify()).faults).toEqual([])

    await tamper(`delete from history where object_id = 'a' and seq = 3;
      update history_head set seq = 2, hash = (select hash from history where object_id = 'a' and seq = 2) where object_id = 'a'`)

    expect((await verify()).faults).toEqual([{ kind: 'sealed_entry_missing', seal: 1, objectId: 'a', seq: 3 }])
  })

  it('finds through the seal that a chain is gone with its head', async () => {
    await sealAllHistory(test.db, zoneId, now)

    await tamper(`delete from history where object_id = 'b'; delete from history_head where object_id = 'b'`)

    expect((await verify()).faults).toEqual([{ kind: 'sealed_entry_missing', seal: 1, objectId: 'b', seq: 1 }])
  })

  it('finds a changed or missing seal', async () => {
    await sealHistory(test.db, zoneId, now, 1)
    await sealHistory(test.db, zoneId, now, 1)
    await append(entry('b'))
    await sealHistory(test.db, zoneId, now)
    expect(await verify()).toMatchObject({ seals: 3, faults: [] })

    await tamper(`update history_seal set at = at + interval '1 second' where seq = 2`)
    expect((await verify()).faults).toEqual([{ kind: 'seal_hash_mismatch', seal: 2 }])

    await tamper('delete from history_seal where seq = 2')
    expect((await verify()).faults).toEqual([{ kind: 'seal_missing', seal: 2 }])
  })
})

describe('sealHistory', () => {
  it('names only chains that moved, and nothing twice', async () => {
    await append(entry('a'), entry('b'))
    expect(await sealHistory(test.db, zoneId, now)).toBe(2)
    expect(await sealHistory(test.db, zoneId, now)).toBe(0)

    await append(entry('b'))

    expect(await sealHistory(test.db, zoneId, now)).toBe(1)
    const seals = await sql<{ heads: unknown[][] }>`select heads from history_seal order by seq`.execute(test.db)
    expect(seals.rows.map((row) => row.heads.map((head) => `${head[0]}${head[1]}`))).toEqual([['a1', 'b1'], ['b2']])
  })

  it('keeps one chain of seals while others append and seal', async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        i % 3 ? append(entry(`o${i % 5}`), entry(`o${i % 7}`)) : sealHistory(test.db, zoneId, now, 2),
      ),
    )
    await sealAllHistory(test.db, zoneId, now)

    expect((await verify()).faults).toEqual([])
    expect(await sealHistory(test.db, zoneId, now)).toBe(0)
  })
})
