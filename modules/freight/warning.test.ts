import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs, localDate } from '@tingzhou/kernel'
import { createParty, grantRoles, type Actor } from '@tingzhou/parties'
import { jobSource, keepRecurring } from '@tingzhou/timers'
import { enterCarrier } from './carrier.ts'
import { enterDriver } from './driver.ts'
import { endDriving } from './driving.ts'
import { addPaper } from './paper.ts'
import { loadPaperKinds } from './paper-kind.ts'
import { inventedIdentity, person, truck } from './testing.ts'
import { enterVehicle } from './vehicle.ts'
import { morningJob } from './warning.ts'

const dayMs = 86_400_000
// Seven o'clock in Beijing, half an hour before the morning's job.
const start = Date.UTC(2026, 2, 1, 23)
const hourMs = 3_600_000
let test: TestDatabase
let zone: Awaited<ReturnType<typeof enterZone>>

beforeEach(async () => {
  await test?.database.close()
  test = await testDatabase()
  zone = await enterZone(test)
})
afterAll(() => test.database.close())

/** A carrier with a boss, a vehicle and a driver with an account; a dispatcher; somebody else's boss. */
async function enterZone({ db }: TestDatabase) {
  let now = start
  const deps = { db, zoneId: 'zone', clock: () => epochMs(now) }
  const staff: Actor = {
    accountId: 'keeper',
    name: '登记员',
    kind: 'person',
    lang: 'zh-CN',
    memberships: [{ role: 'freight_dispatcher', partyId: null }],
  }
  const inTx = db.transaction()
  const good = <T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T => {
    if (!result.ok) throw new Error(JSON.stringify(result.error))
    return result.value
  }
  const carrier = { light: false, roadLicence: '1', phone: '', divisionCode: null, remark: '', kind: 'person' } as const
  const entered = async (n: number, name: string) =>
    good(
      await inTx.execute((tx) =>
        enterCarrier(tx, deps, staff, { ...carrier, name, idNumber: inventedIdentity(n), synthetic: true }),
      ),
    ).id
  const account = async (name: string) => createParty(db, 'zone', { kind: 'person', name }, deps.clock())
  await loadPaperKinds(db, 'zone', deps.clock())
  const mine = await entered(1, '甲')
  const other = await entered(2, '乙')
  const people = {
    dispatcher: await account('dispatcher'),
    boss: await account('boss'),
    stranger: await account('stranger'),
    driver: await account('driver'),
  }
  const grant = (id: string, role: 'carrier' | 'freight_dispatcher', partyId: string | null) =>
    grantRoles(db, 'zone', id, [{ role, partyId }], 'test', deps.clock())
  await grant(people.dispatcher, 'freight_dispatcher', null)
  await grant(people.boss, 'carrier', mine)
  await grant(people.stranger, 'carrier', other)
  const vehicleId = good(
    await inTx.execute((tx) => enterVehicle(tx, deps, staff, { ...truck, carrierId: mine, synthetic: true })),
  ).id
  const driverId = good(
    await inTx.execute((tx) =>
      enterDriver(tx, deps, staff, {
        ...person,
        idNumber: inventedIdentity(3),
        carrierId: mine,
        vehicleId: null,
        synthetic: true,
      }),
    ),
  ).id
  await db.updateTable('freight_driver').set({ account_id: people.driver }).where('id', '=', driverId).execute()
  const job = morningJob(deps)
  const source = jobSource(deps, [job])
  await keepRecurring(deps, [job])
  return {
    deps,
    staff,
    people,
    vehicleId,
    driverId,
    mine,
    paper: async (subject: 'vehicle' | 'driver', kind: string, endsIn: number) =>
      good(
        await inTx.execute((tx) =>
          addPaper(tx, deps, staff, {
            subject,
            subjectId: subject === 'vehicle' ? vehicleId : driverId,
            kind,
            paperNumber: 'N',
            issuer: '',
            validFrom: '2025-01-01',
            validTo: addDays(localDate(localDateOf(epochMs(start))), endsIn),
            fileIds: [],
          }),
        ),
      ).id,
    end: async () => {
      const row = await db.selectFrom('freight_driving').selectAll().executeTakeFirstOrThrow()
      good(
        await inTx.execute((tx) =>
          endDriving(tx, deps, staff, {
            id: row.id,
            rev: row.rev,
            validTo: addDays(localDate(localDateOf(epochMs(now))), 1),
            why: '离职',
          }),
        ),
      )
    },
    /** Lets days go by and the timer fire at eight of the last one. */
    morning: async (day: number) => {
      now = start + day * dayMs + hourMs
      const errors: unknown[] = []
      const fired = await source.fireDue(epochMs(now), (error) => errors.push(error))
      if (errors.length > 0) throw errors[0]
      return fired.fired
    },
    /** The job in a transaction that dies before its commit. */
    killed: async (day: number) => {
      now = start + day * dayMs + hourMs
      const dies = inTx.execute(async (tx) => {
        await job.run(tx, { id: newId(), payload: {}, dueAt: epochMs(now), now: epochMs(now) })
        throw new Error('killed')
      })
      await dies.catch(() => {})
    },
    told: async () => {
      const rows = await db
        .selectFrom('notice')
        .select(['account_id', 'title_key', 'link'])
        .orderBy('at')
        .orderBy('account_id')
        .limit(200)
        .execute()
      const names = new Map(Object.entries(people).map(([name, id]) => [id, name]))
      return rows.map((row) => `${names.get(row.account_id)} ${row.title_key}`).toSorted()
    },
    count: async () => (await db.selectFrom('notice').select('id').limit(1_000).execute()).length,
  }
}

describe('the morning', () => {
  it('warns dispatchers and the carrier of a vehicle’s paper once at each of 30, 7 and 0 days', async () => {
    await zone.paper('vehicle', 'vehicle_licence', 31)
    const counts: number[] = []
    for (const day of [0, 1, 2, 23, 24, 25, 31, 32, 33]) {
      await zone.morning(day)
      counts.push(await zone.count())
    }

    // Two listeners: on day 1 (30 left), on day 24 (7 left), on day 31 (the last).
    expect(counts).toEqual([0, 2, 2, 2, 4, 4, 6, 6, 6])
    expect(new Set(await zone.told())).toEqual(
      new Set(['boss freight:ends.vehicle_licence', 'dispatcher freight:ends.vehicle_licence']),
    )
  })

  it('tells the driver of the own paper, and nobody of another carrier', async () => {
    await zone.paper('driver', 'qualification', 7)
    await zone.morning(0)

    expect(await zone.told()).toEqual([
      'boss freight:ends.qualification',
      'dispatcher freight:ends.qualification',
      'driver freight:ends.qualification',
    ])
  })

  it('says once what days without a server have passed over, and that it is over', async () => {
    await zone.paper('vehicle', 'vehicle_licence', 40)
    await zone.morning(0)
    await zone.morning(45)
    await zone.morning(46)

    expect(await zone.told()).toEqual(['boss freight:over.vehicle_licence', 'dispatcher freight:over.vehicle_licence'])
  })

  it('loses and repeats nothing when it is killed before its commit', async () => {
    await zone.paper('vehicle', 'vehicle_licence', 30)
    await zone.killed(0)
    const before = await zone.count()
    await zone.morning(0)
    const after = await zone.count()
    await zone.killed(0)
    await zone.morning(1)

    expect([before, after, await zone.count()]).toEqual([0, 2, 2])
  })

  it('is silent about a paper that has been renewed', async () => {
    await zone.paper('vehicle', 'vehicle_licence', 5)
    await zone.paper('vehicle', 'vehicle_licence', 400)
    await zone.morning(0)

    expect(await zone.count()).toBe(0)
  })

  it('lets a carrier go of a driver on the day after the last', async () => {
    const { db } = test
    const reached = async () =>
      (
        await db
          .selectFrom('reach')
          .select('party_id')
          .where('object_id', '=', zone.driverId)
          .where('relation', '=', 'owner')
          .execute()
      ).length
    await zone.end()
    const atOnce = await reached()
    await zone.morning(1)
    const lastDay = await reached()
    await zone.morning(2)

    expect([atOnce, lastDay, await reached()]).toEqual([1, 1, 0])
  })
})
