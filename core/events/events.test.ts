import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { addToOutbox, cleanOutbox, createRelay, listDeadLetters, retryDeadLetter, type EventHandler } from './index.ts'
import type { OutboxEvent } from './index.ts'

let test: TestDatabase
let now = epochMs(Date.UTC(2026, 10, 22, 4, 26))
const zoneId = 'zone'
const failures: string[] = []
const deps = () => ({
  db: test.db,
  zoneId,
  clock: () => now,
  log: { error: (fields: Record<string, unknown>) => void failures.push(String(fields.err)) },
})

const event = (objectId: string, over: Partial<OutboxEvent> = {}): OutboxEvent => ({
  type: 'needs.appeal_signed',
  objectKind: 'appeal',
  objectId,
  at: now,
  ...over,
})
const publish = (...events: OutboxEvent[]) => test.db.transaction().execute((tx) => addToOutbox(tx, zoneId, events))

/** Writes down what it was told, in the transaction that it was told in. */
const recorder = (name: string, over: Partial<EventHandler> = {}): EventHandler => ({
  name,
  types: ['needs.appeal_signed'],
  handle: async (tx, told) => {
    await sql`insert into told (handler, object_id, position) values (${name}, ${told.objectId}, ${told.position})`.execute(
      tx,
    )
  },
  ...over,
})
const told = async (handler: string) => {
  const answer = await sql<{
    id: string
  }>`select object_id as id from told where handler = ${handler} order by n`.execute(test.db)
  return answer.rows.map((row) => row.id)
}

beforeAll(async () => {
  test = await testDatabase()
  await test.database.exec(
    'create table told (n bigint generated always as identity, handler text, object_id text, position bigint, unique (handler, position))',
  )
})
afterAll(() => test.database.close())
beforeEach(async () => {
  failures.length = 0
  await test.database.exec(
    'delete from outbox; delete from outbox_relay; delete from outbox_cursor; delete from outbox_dead; delete from told',
  )
})

describe('relay', () => {
  it('tells each handler what concerns it, in order', async () => {
    await publish(event('1'), event('x', { type: 'needs.other' }), event('2'))
    await publish(event('3'))
    const relay = createRelay(deps(), [recorder('a'), recorder('b', { types: ['needs.other'] })])

    await relay.settle()

    expect(await told('a')).toEqual(['1', '2', '3'])
    expect(await told('b')).toEqual(['x'])
  })

  it('tells data and parties as they were written', async () => {
    const got: unknown[] = []
    const relay = createRelay(deps(), [recorder('a', { handle: async (_tx, placed) => void got.push(placed) })])
    await publish(event('1', { data: { 名: ['甲', 1.5, null] }, to: ['p1', 'p2'] }))

    await relay.settle()

    expect(got).toMatchObject([
      {
        type: 'needs.appeal_signed',
        objectKind: 'appeal',
        objectId: '1',
        at: now,
        data: { 名: ['甲', 1.5, null] },
        to: ['p1', 'p2'],
      },
    ])
  })

  it('does not tell of what was rolled back', async () => {
    const relay = createRelay(deps(), [recorder('a')])
    const failing = test.db.transaction().execute(async (tx) => {
      await addToOutbox(tx, zoneId, [event('never')])
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await publish(event('1'))

    await relay.settle()

    expect(await told('a')).toEqual(['1'])
  })

  it('tells of events that other events led to', async () => {
    const chain = recorder('chain', {
      handle: async (tx, placed) => addToOutbox(tx, zoneId, [event(`${placed.objectId}'`, { type: 'needs.second' })]),
    })
    const relay = createRelay(deps(), [recorder('a', { types: ['needs.second'] }), chain])
    await publish(event('1'))

    await relay.settle()

    expect(await told('a')).toEqual(["1'"])
  })

  it('lets a new handler begin at the oldest event, or now', async () => {
    await publish(event('1'))
    await createRelay(deps(), []).settle()

    const relay = createRelay(deps(), [recorder('all'), recorder('fresh', { from: 'now' })])
    await relay.settle()
    await publish(event('2'))
    await relay.settle()

    expect(await told('all')).toEqual(['1', '2'])
    expect(await told('fresh')).toEqual(['2'])
  })

  it('works on its own clockwork and stops cleanly', async () => {
    let heard: (id: string) => void = () => {}
    const relay = createRelay(deps(), [recorder('a', { handle: async (_tx, placed) => heard(placed.objectId) })])
    const first = new Promise<string>((resolve) => (heard = resolve))
    relay.start()
    await publish(event('1'))
    relay.wake()

    expect(await first).toBe('1')
    const second = new Promise<string>((resolve) => (heard = resolve))
    await publish(event('2'))

    expect(await second).toBe('2')
    await relay.stop()
    expect(failures).toEqual([])
  })
})

describe('a failing handler', () => {
  const failing = (name: string, times: number): EventHandler => {
    let left = times
    const inner = recorder(name)
    return recorder(name, {
      handle: async (tx, placed) => {
        await inner.handle(tx, placed)
        if (placed.objectId === 'bad' && left-- > 0) throw new Error('cannot yet')
      },
    })
  }

  it('is retried after a while, keeps its order, leaves no half work and does not stop the others', async () => {
    const relay = createRelay(deps(), [failing('weak', 2), recorder('strong')])
    await publish(event('1'), event('bad'), event('2'))

    await relay.settle()
    expect(await told('weak')).toEqual(['1'])
    expect(await told('strong')).toEqual(['1', 'bad', '2'])
    const cursor = await test.db
      .selectFrom('outbox_cursor')
      .select(['attempts', 'last_error'])
      .where('handler', '=', 'weak')
      .execute()
    expect(cursor).toEqual([{ attempts: 1, last_error: 'cannot yet' }])

    for (const seconds of [2, 3]) {
      now = epochMs(now + seconds * 1_000)
      await relay.settle()
    }
    expect(await told('weak')).toEqual(['1', 'bad', '2'])
  })

  it('gives an event up after many attempts, shows it, and can be told again', async () => {
    const weak = failing('weak', 12)
    const relay = createRelay(deps(), [weak])
    await publish(event('bad'), event('2'))

    for (let i = 0; i < 12; i++) {
      await relay.settle()
      now = epochMs(now + 301_000)
    }
    await relay.settle()

    expect(await told('weak')).toEqual(['2'])
    const letters = await listDeadLetters(test.db, zoneId)
    expect(letters).toMatchObject([{ handler: 'weak', error: 'cannot yet', attempts: 12, event: { objectId: 'bad' } }])

    const again = await retryDeadLetter(deps(), [weak], letters[0] ?? { handler: '', position: 0 })

    expect(again.ok).toBe(true)
    expect(await told('weak')).toEqual(['2', 'bad'])
    expect(await listDeadLetters(test.db, zoneId)).toEqual([])
    expect(await retryDeadLetter(deps(), [weak], { handler: 'weak', position: 1 })).toMatchObject({
      error: { kind: 'not_found' },
    })
  })
})

describe('several relays at once', () => {
  it('skip nothing and tell nothing twice while many commit', async () => {
    const relays = [0, 1, 2].map(() => createRelay(deps(), [recorder('shared')]))
    relays.forEach((relay) => relay.start())
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        await publish(event(`${i}a`), event(`${i}b`))
        relays[i % 3]?.wake()
      }),
    )
    await Promise.all(relays.map((relay) => relay.stop()))
    for (const relay of relays) await relay.settle()

    const ids = await told('shared')
    expect(ids).toHaveLength(120)
    expect(new Set(ids).size).toBe(120)
    for (let i = 0; i < 60; i++) expect(ids.indexOf(`${i}a`)).toBeLessThan(ids.indexOf(`${i}b`))
  })
})

// Two transactions at once need a server: the embedded database has one connection.
describe.runIf(process.env.TEST_DATABASE_URL)('a transaction that commits late', () => {
  it('is told although a later one was told before', async () => {
    const relay = createRelay(deps(), [recorder('a')])
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    let written = () => {}
    const inside = new Promise<void>((resolve) => (written = resolve))
    const slow = test.db.transaction().execute(async (tx) => {
      await addToOutbox(tx, zoneId, [event('slow')])
      written()
      await held
    })
    await inside
    await publish(event('fast'))
    await relay.settle()
    expect(await told('a')).toEqual(['fast'])

    release()
    await slow
    await relay.settle()

    expect(await told('a')).toEqual(['fast', 'slow'])
  })
})

describe('hub', () => {
  const actor = (over: Partial<Actor>): Actor => ({
    accountId: 'u',
    name: 'U',
    kind: 'person',
    lang: 'zh-CN',
    memberships: [],
    ...over,
  })

  it('tells those the event is for, and zone-wide roles', async () => {
    const relay = createRelay(deps(), [])
    const heard: Record<string, string[]> = { party: [], person: [], zone: [], other: [] }
    const listen = (name: string, who: Actor) => relay.hub.subscribe(who, (live) => heard[name]?.push(live.objectId))
    listen('party', actor({ memberships: [{ role: 'enterprise', partyId: 'e1' }] }))
    listen('person', actor({ accountId: 'p1' }))
    listen('zone', actor({ memberships: [{ role: 'dispatcher', partyId: null }] }))
    listen('other', actor({ memberships: [{ role: 'enterprise', partyId: 'e2' }] }))

    await publish(event('1', { to: ['e1'] }), event('2', { to: ['p1', 'e3'] }), event('3'))
    await relay.settle()

    expect(heard).toEqual({ party: ['1'], person: ['2'], zone: ['1', '2', '3'], other: [] })
  })

  it('tells a screen that comes back what it missed, and nothing after it left', async () => {
    const relay = createRelay(deps(), [])
    const got: string[] = []
    let last = ''
    const who = actor({ accountId: 'p1' })
    const leave = relay.hub.subscribe(who, (live) => (last = live.id ?? ''))
    await publish(event('1', { to: ['p1'] }))
    await relay.settle()
    leave()
    await publish(event('2', { to: ['p1'] }), event('3', { to: ['p9'] }))
    await relay.settle()

    relay.hub.subscribe(who, (live) => got.push(live.objectId), last)

    expect(got).toEqual(['2'])
  })
})

describe('cleanOutbox', () => {
  it('removes old events that every living handler has passed', async () => {
    const relay = createRelay(deps(), [recorder('a')])
    await publish(event('1'), event('2'))
    await relay.settle()
    await publish(event('3'))
    await sql`insert into outbox_cursor (zone_id, handler, position) values (${zoneId}, 'gone', 0)`.execute(test.db)
    const later = epochMs(now + 8 * 86_400_000)

    expect(await cleanOutbox(test.db, zoneId, ['a'], now)).toBe(0)
    expect(await cleanOutbox(test.db, zoneId, ['a'], later)).toBe(2)

    await relay.settle()
    expect(await told('a')).toEqual(['1', '2', '3'])
  })
})
