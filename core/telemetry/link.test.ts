import * as fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { addDevice } from './device.ts'
import { queueCommand } from './device-command.ts'
import { beat, leaveGateways, listGateways } from './gateway-row.ts'
import { claimLinks, lastEpoch, linksAfter, takeOrders, type Claimed } from './link.ts'
import { addNode, saveProfile } from './plant.ts'

let test: TestDatabase
let zoneId: string
const now = epochMs(Date.UTC(2026, 10, 28, 4, 0))
const later = epochMs(now + 60_000)

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(() => {
  zoneId = newId()
})

const claim = (gateway: string, taken: readonly string[], left: readonly string[] = []) =>
  claimLinks(test.db, zoneId, gateway, { taken, left })

async function addDevices(count: number): Promise<readonly string[]> {
  const name = { zh: '货车', en: 'Truck' }
  return test.db.transaction().execute(async (tx) => {
    await saveProfile(tx, zoneId, { key: 'truck', name, points: [] }, now)
    const nodeId = newId()
    const node = { id: nodeId, parentId: null, level: 'equipment', segment: 'T', profileKey: 'truck' } as const
    await addNode(tx, zoneId, { ...node, name, partyId: null })
    const ids: string[] = []
    for (let index = 0; index < count; index++) {
      const device = { protocol: 'jt808', identity: `1380013800${index}`, name: 'T', nodeId, secret: null } as const
      const added = await addDevice(tx, zoneId, { ...device, id: newId(), settings: {} })
      if (added.ok) ids.push(added.value.id)
    }
    return ids
  })
}

async function addOrder(deviceId: string): Promise<string> {
  const id = newId()
  const who = { actorId: 'a', actorName: '甲', reason: null }
  await queueCommand(test.db, zoneId, { id, deviceId, kind: 'link_test', body: {}, expiresAt: later, ...who }, now)
  return id
}

const [a, b] = [newId(), newId()]

describe('the newest connection of a device', () => {
  it('is that of the process that told last; who held it before is told with it', async () => {
    const device = newId()
    expect(await claim(a, [device])).toEqual([{ deviceId: device, epoch: 1, takenFrom: null }])
    expect(await claim(b, [device])).toEqual([{ deviceId: device, epoch: 2, takenFrom: a }])
    expect(await claim(b, [device])).toEqual([{ deviceId: device, epoch: 3, takenFrom: null }])
    expect(await linksAfter(test.db, zoneId, 0)).toEqual([{ deviceId: device, gatewayId: b, epoch: 3 }])
    expect(await linksAfter(test.db, zoneId, 3)).toEqual([])
    expect(await lastEpoch(test.db, zoneId)).toBe(3)
  })

  it('is let go of by its own process only', async () => {
    const device = newId()
    await claim(a, [device])
    await claim(b, [], [device])
    expect(await linksAfter(test.db, zoneId, 0)).toMatchObject([{ gatewayId: a }])
    await claim(a, [], [device])
    expect(await linksAfter(test.db, zoneId, 0)).toEqual([{ deviceId: device, gatewayId: null, epoch: 3 }])
    expect(await claim(b, [device])).toMatchObject([{ takenFrom: null }])
  })

  it('is taken back from a process that has let go or is no longer there, and from no other', async () => {
    const device = newId()
    const takeBack = () => claimLinks(test.db, zoneId, a, { taken: [device], left: [], ifFree: true })
    await beat(test.db, zoneId, { id: b, name: 'b', online: 1, counts: {} }, true)
    await claim(b, [device])
    expect(await takeBack()).toEqual([])
    await test.db
      .updateTable('telemetry_gateway')
      .set({ beat_at: new Date(Date.now() - 20_000) })
      .where('id', '=', b)
      .where('zone_id', '=', zoneId)
      .execute()
    expect(await takeBack()).toMatchObject([{ takenFrom: b }])
    // Once more, as when the answer was lost.
    await beat(test.db, zoneId, { id: a, name: 'a', online: 1, counts: {} }, true)
    expect(await takeBack()).toMatchObject([{ takenFrom: null }])
    await claim(b, [device])
    await claim(b, [], [device])
    expect(await takeBack()).toMatchObject([{ takenFrom: null }])
  })

  it('is known to whoever follows the changes, though many tell at once', async () => {
    const devices = Array.from({ length: 12 }, newId)
    const followed = new Map<string, string | null>()
    let epoch = 0
    let isOver = false
    const follow = async () => {
      for (const row of await linksAfter(test.db, zoneId, epoch)) {
        expect(row.epoch).toBeGreaterThanOrEqual(epoch)
        followed.set(row.deviceId, row.gatewayId)
        epoch = row.epoch
      }
    }
    const following = (async () => {
      while (!isOver) await follow()
    })()
    const tell = async (gateway: string, seed: number) => {
      for (let turn = 0; turn < 25; turn++) {
        const own = devices.filter((_, index) => (index * 7 + turn * seed) % 3 === 0)
        await claim(gateway, own, turn % 4 === 3 ? devices.filter((device) => !own.includes(device)) : [])
      }
    }
    await Promise.all([1, 2, 4, 5].map((seed) => tell(newId(), seed)))
    isOver = true
    await following
    await follow()

    const rows = await test.db
      .selectFrom('telemetry_link')
      .select(['device_id', 'gateway_id'])
      .where('zone_id', '=', zoneId)
      .execute()
    expect(followed).toEqual(new Map(rows.map((row) => [row.device_id, row.gateway_id])))
  })
})

describe('an order', () => {
  it('is sent by the process that holds the newest connection, and by no other', async () => {
    const [device = ''] = await addDevices(1)
    const order = await addOrder(device)
    const first = await claim(a, [device])
    const second = await claim(b, [device])
    const send = (gatewayId: string, holds: readonly Claimed[]) =>
      takeOrders(test.db, zoneId, { gatewayId, orders: [{ id: order, state: 'sent' }], holds }, now)

    expect([...(await send(a, first))]).toEqual([])
    expect([...(await send(a, second))]).toEqual([])
    expect([...(await send(b, first))]).toEqual([])
    expect([...(await send(b, second))]).toEqual([order])
    await claim(b, [], [device])
    expect([...(await send(b, second))]).toEqual([])
  })

  it('goes out by one connection, however claims and sendings cross', async () => {
    const devices = await addDevices(3)
    const step = fc.record({
      gateway: fc.integer({ min: 0, max: 2 }),
      device: fc.integer({ min: 0, max: 2 }),
      what: fc.constantFrom('claim', 'send', 'send', 'both'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (plan) => {
        const gateways = [newId(), newId(), newId()]
        const orders = await Promise.all(devices.map(addOrder))
        const holds = new Map<string, Claimed>()
        /** What was known before what: turns of this one thread. */
        let turn = 0
        const claims: { device: number; epoch: number; knownAt: number }[] = []
        const sendings: { device: number; epoch: number; begunAt: number; isSent: boolean }[] = []
        const claimOne = async (gateway: number, device: number) => {
          const [claimed] = await claim(gateways[gateway] ?? '', [devices[device] ?? ''])
          if (!claimed) throw new Error('a claim that cannot be refused was')
          const key = `${gateway} ${device}`
          if (claimed.epoch > (holds.get(key)?.epoch ?? 0)) holds.set(key, claimed)
          claims.push({ device, epoch: claimed.epoch, knownAt: ++turn })
        }
        const sendOne = async (gateway: number, device: number) => {
          const hold = holds.get(`${gateway} ${device}`)
          if (!hold) return
          const begunAt = ++turn
          const order = orders[device] ?? ''
          const sending = {
            gatewayId: gateways[gateway] ?? '',
            orders: [{ id: order, state: 'sent' as const }],
            holds: [hold],
          }
          const isSent = (await takeOrders(test.db, zoneId, sending, now)).has(order)
          sendings.push({ device, epoch: hold.epoch, begunAt, isSent })
        }
        await Promise.all(
          plan.map(async ({ gateway, device, what }) => {
            if (what !== 'send') await claimOne(gateway, device)
            if (what !== 'claim') await sendOne(gateway, device)
          }),
        )

        for (const { device, epoch, begunAt, isSent } of sendings) {
          const newer = claims.filter((each) => each.device === device && each.epoch > epoch)
          if (isSent) expect(newer.filter(({ knownAt }) => knownAt < begunAt)).toEqual([])
          else expect(newer).not.toEqual([])
        }
        // Whoever holds a device in the end can send, and only they.
        for (const [index] of devices.entries()) {
          const rows = await test.db
            .selectFrom('telemetry_link')
            .select('gateway_id')
            .where('zone_id', '=', zoneId)
            .where('device_id', '=', devices[index] ?? '')
            .execute()
          for (const gateway of gateways.keys()) {
            const before = sendings.length
            await sendOne(gateway, index)
            const isHolder = rows[0]?.gateway_id === gateways[gateway]
            if (sendings.length > before) expect(sendings.at(-1)?.isSent).toBe(isHolder)
          }
        }
      }),
      { numRuns: 25 },
    )
  })

  it('is sent with others at once, each where its device is held', async () => {
    const devices = await addDevices(3)
    const orders = await Promise.all(devices.map(addOrder))
    const holds = await claim(a, devices)
    await claim(b, devices.slice(1, 2))
    const read = orders.map((id) => ({ id, state: 'sent' as const }))

    const taken = await takeOrders(test.db, zoneId, { gatewayId: a, orders: read, holds }, now)

    expect([...taken].toSorted()).toEqual([orders[0], orders[2]].toSorted())
    expect([...(await takeOrders(test.db, zoneId, { gatewayId: a, orders: read, holds }, later))]).toEqual([])
  })

  it('that another process has sent since it was read stays with that', async () => {
    const devices = await addDevices(1)
    const id = await addOrder(devices[0] ?? '')
    const sent = { gatewayId: a, orders: [{ id, state: 'queued' as const }], holds: await claim(a, devices) }
    expect([...(await takeOrders(test.db, zoneId, sent, now))]).toEqual([id])
    const holds = await claim(b, devices)

    const taken = (state: 'queued' | 'sent') =>
      takeOrders(test.db, zoneId, { gatewayId: b, orders: [{ id, state }], holds }, now)

    expect([...(await taken('queued'))]).toEqual([])
    expect([...(await taken('sent'))]).toEqual([id])
  })
})

describe('a process', () => {
  it('is there while it says so, and takes the place of what went before under its name', async () => {
    const say = (id: string, isFirst: boolean, name = 'gateway-1') =>
      beat(test.db, zoneId, { id, name, online: 3, counts: { 'jt808.frames': 7 } }, isFirst)
    expect(await say(a, true)).toBe(true)
    expect(await say(a, false)).toBe(false)
    expect(await listGateways(test.db, zoneId)).toMatchObject([
      { id: a, name: 'gateway-1', isThere: true, online: 3, counts: { 'jt808.frames': 7 } },
    ])
    await say(b, true)
    await say(newId(), true, 'gateway-2')
    expect((await listGateways(test.db, zoneId)).map(({ id, name }) => [name, id === b])).toEqual([
      ['gateway-1', true],
      ['gateway-2', false],
    ])
    await leaveGateways(test.db, zoneId, b)
    expect((await listGateways(test.db, zoneId)).map(({ name }) => name)).toEqual(['gateway-2'])
  })
})
