import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { addDevice, isSecret, noteSeen, openDevices, quarantine } from './device.ts'
import { retireDevice } from './device-lifecycle.ts'
import { confirmProposal, lockProposal, proposeCommand } from './command-proposal.ts'
import { endCommand, expireCommands, openCommands, queueCommand } from './device-command.ts'
import { addFix, fixFlags, type Fix } from './fix.ts'
import { fixKind, sampleKind } from './kind.ts'
import { openCatalog } from './catalog.ts'
import { claimLinks, takeOrders } from './link.ts'
import { openLastValues } from './last-values.ts'
import { dropOldDays, ensureDays } from './partition.ts'
import { addNode, saveProfile, type NewNode } from './plant.ts'
import type { Profile } from './profile-points.ts'
import { newReadings } from './readings.ts'
import { addSample } from './sample.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const now = epochMs(Date.UTC(2026, 10, 27, 4, 0))
const later = (ms: number): EpochMs => epochMs(now + ms)
const template = (key: string, kind: Profile['points'][number]['kind'] = 'analog'): Profile['points'][number] => ({
  key,
  kind,
  name: { zh: '点', en: key },
  unit: null,
  resolution: 0.1,
  euLow: null,
  euHigh: null,
  sampleMs: 10_000,
  staleAfterS: 60,
  counterMax: null,
})
const truck: Profile = {
  key: 'truck',
  name: { zh: '货车', en: 'Truck' },
  points: [template('POS', 'position'), template('FUEL')],
}
const node = (given: Partial<NewNode> = {}): NewNode => ({
  id: newId(),
  parentId: null,
  level: 'equipment',
  segment: `T${newId().slice(-8).toUpperCase()}`,
  name: { zh: '一号车', en: 'Truck 1' },
  profileKey: 'truck',
  partyId: null,
  ...given,
})
const write = <T>(work: Parameters<ReturnType<TestDatabase['db']['transaction']>['execute']>[0]) =>
  test.db.transaction().execute(work) as Promise<T>

async function newZone() {
  const zoneId = newId()
  await write((tx) => saveProfile(tx, zoneId, truck, now))
  const one = node()
  await write((tx) => addNode(tx, zoneId, one))
  const add = (identity: string, nodeId = one.id, secret: string | null = 'TZAUTH01') =>
    test.db.transaction().execute((tx) =>
      addDevice(tx, zoneId, {
        id: newId(),
        protocol: 'jt808',
        identity,
        name: identity,
        nodeId,
        secret,
        settings: {},
      }),
    )
  return { zoneId, nodeId: one.id, add }
}

describe('the tree of what is measured', () => {
  it('gives equipment the points of its type, and points that the type gets later', async () => {
    const { zoneId } = await newZone()
    const catalog = await openCatalog(test.db, zoneId)
    expect(catalog.size()).toBe(2)

    await write((tx) => saveProfile(tx, zoneId, { ...truck, points: [...truck.points, template('TEMP')] }, now))
    await catalog.refresh()

    expect(catalog.size()).toBe(3)
    const rows = await test.db
      .selectFrom('telemetry_point')
      .select(['id', 'code'])
      .where('zone_id', '=', zoneId)
      .orderBy('id')
      .execute()
    const added = rows.find(({ code }) => code.endsWith('.TEMP'))
    expect(catalog.find(added?.id ?? 0)).toMatchObject({ kind: 'analog', resolution: { mantissa: 1, scale: 1 } })
    expect(catalog.resolutionOf(999_999)).toEqual({ mantissa: 1, scale: 0 })
  })

  it('is read anew where points of a node are called otherwise', async () => {
    const { zoneId } = await newZone()
    const catalog = await openCatalog(test.db, zoneId)
    const fuel = await test.db
      .selectFrom('telemetry_point')
      .select(['id', 'node_id as nodeId'])
      .where('zone_id', '=', zoneId)
      .where('template', '=', 'FUEL')
      .executeTakeFirstOrThrow()
    await test.db
      .updateTable('telemetry_point')
      .set({ unit: 'L' })
      .where('zone_id', '=', zoneId)
      .where('id', '=', fuel.id)
      .execute()

    await catalog.reload(fuel.nodeId)

    expect(catalog.find(fuel.id)).toMatchObject({ unit: 'L' })
    expect(catalog.size()).toBe(2)
  })

  it('makes codes from the path, and refuses what does not fit by name', async () => {
    const { zoneId } = await newZone()
    const site = node({ level: 'site', segment: 'TSMF', profileKey: null })
    const add = (given: Partial<NewNode>) => test.db.transaction().execute((tx) => addNode(tx, zoneId, node(given)))
    expect(await test.db.transaction().execute((tx) => addNode(tx, zoneId, site))).toMatchObject({ value: 'TSMF' })

    expect(await add({ parentId: site.id, level: 'line', segment: 'L1' })).toMatchObject({ value: 'TSMF.L1' })
    expect(await add({ parentId: site.id, level: 'line', segment: 'L1' })).toMatchObject({
      error: { kind: 'code_taken', code: 'TSMF.L1' },
    })
    expect(await add({ parentId: newId() })).toMatchObject({ error: { kind: 'parent_not_found' } })
    expect(await add({ parentId: site.id, level: 'site' })).toMatchObject({
      error: { kind: 'level_not_below', parentLevel: 'site' },
    })
    expect(await add({ segment: 'a.b' })).toMatchObject({ error: { kind: 'segment_malformed', segment: 'a.b' } })
    expect(await add({ profileKey: 'none' })).toMatchObject({
      error: { kind: 'profile_not_found', profileKey: 'none' },
    })
    const odd = { ...truck, points: [{ ...template('X'), resolution: Math.PI }] }
    expect(await test.db.transaction().execute((tx) => saveProfile(tx, zoneId, odd, now))).toMatchObject({
      error: { kind: 'resolution_malformed', template: 'X' },
    })
  })
})

describe('devices', () => {
  it('are known by their identity, with the points they fill and a code that nobody can read back', async () => {
    const { zoneId, nodeId, add } = await newZone()
    const devices = await openDevices(test.db, zoneId, 'jt808')

    await add('13800138000')
    await devices.refresh()

    const device = devices.find('13800138000')
    expect(device).toMatchObject({ nodeId, points: { POS: expect.any(Number), FUEL: expect.any(Number) } })
    expect(isSecret('TZAUTH01', device?.secretSha256 ?? null)).toBe(true)
    expect(isSecret('TZAUTH02', device?.secretSha256 ?? null)).toBe(false)
    expect(isSecret('', null)).toBe(false)
    expect(await add('13800138000')).toMatchObject({ error: { kind: 'identity_taken' } })
    expect(await add('13800138001', newId())).toMatchObject({ error: { kind: 'node_not_found' } })
  })

  it('that nobody knows stand in quarantine until somebody makes them known', async () => {
    const { zoneId, add } = await newZone()
    const devices = await openDevices(test.db, zoneId, 'jt808')
    const seen = { protocol: 'jt808', identity: '13900000001', name: '新B12345', address: '10.0.0.1' } as const

    expect(await quarantine(test.db, zoneId, newId(), seen, now)).toBe(true)
    expect(await quarantine(test.db, zoneId, newId(), seen, later(1_000))).toBe(true)
    await devices.refresh()
    expect(devices.find('13900000001')).toBeUndefined()
    const row = () =>
      test.db.selectFrom('telemetry_device').select(['id', 'state', 'refused']).where('zone_id', '=', zoneId).execute()
    const [stood] = await row()
    expect(stood).toMatchObject({ state: 'quarantined', refused: 2 })

    const added = await add('13900000001')
    await devices.refresh()
    expect(added).toMatchObject({ value: { id: stood?.id } })
    expect(devices.find('13900000001')?.id).toBe(stood?.id)
  })

  it('that were retired give their identity back: who has it next is another device', async () => {
    const { zoneId, add } = await newZone()
    const devices = await openDevices(test.db, zoneId, 'jt808')
    const [one, who] = [await add('13900000002'), { accountId: 'a', name: '甲' }]
    const id = one.ok ? one.value.id : ''
    await devices.refresh()
    expect(devices.find('13900000002')?.id).toBe(id)

    await test.db.transaction().execute((tx) => retireDevice(tx, zoneId, id, '报废', who, now))
    await devices.refresh()
    expect(devices.find('13900000002')).toBeUndefined()
    const seen = { protocol: 'jt808', identity: '13900000002', name: '新B1', address: '10.0.0.1' } as const
    expect(await quarantine(test.db, zoneId, newId(), seen, now)).toBe(true)
    const next = await add('13900000002')
    await devices.refresh()
    await devices.reload('13900000002')

    expect(next.ok && next.value.id).not.toBe(id)
    expect(devices.find('13900000002')?.id).toBe(next.ok ? next.value.id : '')
  })

  it('are seen a batch at a time', async () => {
    const { zoneId, add } = await newZone()
    const added = await add('1')
    const id = added.ok ? added.value.id : ''

    await noteSeen(test.db, zoneId, [{ id, heard: { at: later(5_000), address: '10.0.0.9' }, superseded: 2 }])
    await noteSeen(test.db, zoneId, [{ id, heard: null, superseded: 1 }])

    const [row] = await test.db.selectFrom('telemetry_device').selectAll().where('zone_id', '=', zoneId).execute()
    expect(row).toMatchObject({
      last_seen_at: later(5_000),
      first_seen_at: later(5_000),
      last_address: '10.0.0.9',
      superseded: 3,
    })
  })
})

describe('a command', () => {
  it('waits, is sent, is answered, once; or its time is over', async () => {
    const { zoneId, add } = await newZone()
    const added = await add('1')
    const deviceId = added.ok ? added.value.id : ''
    const command = (id: string, at: EpochMs, expiresMs: number) =>
      queueCommand(
        test.db,
        zoneId,
        {
          id,
          deviceId,
          kind: 'text',
          body: { text: '已派单' },
          actorId: 'a',
          actorName: '甲',
          reason: null,
          expiresAt: later(expiresMs),
        },
        at,
      )
    const [kept, over] = [newId(), newId()]
    await command(kept, now, 60_000)
    await command(kept, now, 60_000)
    await command(over, later(1), 1_000)

    expect((await openCommands(test.db, zoneId, [deviceId], now)).map(({ id, state }) => [id, state])).toEqual([
      [kept, 'queued'],
      [over, 'queued'],
    ])
    expect(await expireCommands(test.db, zoneId, later(1_000))).toBe(1)
    const gatewayId = newId()
    const holds = await claimLinks(test.db, zoneId, gatewayId, { taken: [deviceId], left: [] })
    const sending = { gatewayId, orders: [over, kept].map((id) => ({ id, state: 'sent' as const })), holds }
    expect([...(await takeOrders(test.db, zoneId, sending, later(1_000)))]).toEqual([kept])
    expect(await openCommands(test.db, zoneId, [deviceId], later(1_000))).toMatchObject([
      { id: kept, state: 'sent', body: { text: '已派单' } },
    ])
    expect(
      await endCommand(test.db, zoneId, kept, { state: 'acknowledged', answer: { result: 'ok' } }, later(2_000)),
    ).toBe(true)
    expect(await endCommand(test.db, zoneId, kept, { state: 'failed', answer: null }, later(3_000))).toBe(false)
    expect(await openCommands(test.db, zoneId, [deviceId], later(2_000))).toEqual([])
  })

  it('that was proposed is seen by no gateway, and expires unless somebody confirms it', async () => {
    const { zoneId, add } = await newZone()
    const added = await add('1')
    const deviceId = added.ok ? added.value.id : ''
    const propose = (id: string) =>
      test.db.transaction().execute((tx) =>
        proposeCommand(
          tx,
          zoneId,
          {
            id,
            deviceId,
            kind: 'vehicle_control',
            body: { lock: true },
            actorId: 'a',
            actorName: '甲',
            reason: null,
            waitS: 600,
          },
          { confirmS: 60, needsOther: false },
          now,
        ),
      )
    const [left, confirmed] = [newId(), newId()]
    expect(await propose(left)).toBe(later(60_000))
    await propose(confirmed)
    const gatewayId = newId()
    const holds = await claimLinks(test.db, zoneId, gatewayId, { taken: [deviceId], left: [] })
    const sending = { gatewayId, orders: [left, confirmed].map((id) => ({ id, state: 'sent' as const })), holds }

    expect(await openCommands(test.db, zoneId, [deviceId], now)).toEqual([])
    expect([...(await takeOrders(test.db, zoneId, sending, now))]).toEqual([])
    expect(await endCommand(test.db, zoneId, left, { state: 'acknowledged', answer: null }, now)).toBe(false)
    await test.db.transaction().execute(async (tx) => {
      const proposal = await lockProposal(tx, zoneId, deviceId, confirmed)
      if (proposal) await confirmProposal(tx, zoneId, proposal, null, { accountId: 'a', name: '甲' }, later(59_999))
    })

    expect(await expireCommands(test.db, zoneId, later(59_999))).toBe(0)
    expect(await expireCommands(test.db, zoneId, later(60_000))).toBe(1)
    expect(await openCommands(test.db, zoneId, [deviceId], later(60_000))).toMatchObject([
      { id: confirmed, state: 'queued', expiresAt: later(659_999) },
    ])
  })
})

describe('last values', () => {
  const fix: Fix = {
    at: now,
    lonDeg: 87.3,
    latDeg: 44.1,
    altitudeM: 577,
    speedKmh: 65,
    headingDeg: 271,
    status: 3,
    alarm: 0x80000000,
    odometerKm: 12.3,
    flags: 0,
  }

  it('stay the latest whatever comes late, and a lost fix moves nothing', async () => {
    const zoneId = newId()
    const last = await openLastValues(test.db, zoneId)
    const fixes = newReadings(fixKind)
    addFix(fixes, 7, fix)
    addFix(fixes, 7, { ...fix, at: now - 1, lonDeg: 1 })
    addFix(fixes, 7, { ...fix, at: now + 1_000, lonDeg: 0, latDeg: 0, flags: fixFlags.noFix, alarm: 1 })
    const samples = newReadings(sampleKind)
    addSample(samples, 8, now, 41)
    addSample(samples, 8, now - 5, 99)

    last.note(fixes)
    last.note(samples)
    expect(await last.save()).toBe(2)
    expect(await last.save()).toBe(0)

    const again = await openLastValues(test.db, zoneId)
    expect(again.fix(7)).toEqual({ ...fix, at: now + 1_000, alarm: 1, flags: fixFlags.noFix })
    expect(again.sample(8)).toEqual({ at: now, steps: 41, quality: 0 })
    expect([...again.fixes()].map(([point]) => point)).toEqual([7])
  })
})

describe('days that are kept no longer', () => {
  it('are dropped whole, and no other', async () => {
    const day = (text: string) => Date.parse(text) / 86_400_000
    const known = new Set<string>()
    await ensureDays(test.database, known, 'track_minute', [day('2020-01-01'), day('2026-11-27')])
    await ensureDays(test.database, known, 'sample_minute', [day('2025-06-01')])

    expect(await dropOldDays(test.database, now)).toEqual(['track_minute_20200101'])
    expect(await dropOldDays(test.database, now)).toEqual([])
  })
})
