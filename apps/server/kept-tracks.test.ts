import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { createParty } from '@tingzhou/parties'
import { addFix, fixKind, newReadings } from '@tingzhou/telemetry'
import { startTestServer, type Client, type TestServer } from './testing.ts'

let server: TestServer
let [dispatcher, owner, stranger]: Client[] = []
let [point, fuel] = [0, 0]
const from = Date.UTC(2026, 9, 1, 2)
const to = from + 4 * 3_600_000
beforeAll(async () => {
  server = await startTestServer()
  dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
  const { db } = server.database
  const firm = async (name: string) => {
    const partyId = await createParty(db, server.deps.zoneId, { kind: 'enterprise', name }, server.deps.clock())
    return { partyId, client: await server.actor([{ role: 'enterprise', partyId }]) }
  }
  const [one, two] = [await firm('车主'), await firm('他人')]
  owner = one.client
  stranger = two.client
  const truck = { protocol: 'jt808', identity: '13900000001', name: '新B1', profileKey: 'truck', segment: 'T1' }
  const { id } = (await dispatcher.post('/api/v1/devices', { commandId: newId(), ...truck })).body
  await db.updateTable('telemetry_node').set({ party_id: one.partyId }).where('code', '=', 'T1').execute()
  const { points } = (await dispatcher.get(`/api/v1/devices/${id}`)).body
  const idOf = (code: string) => points.find((one: { code: string }) => one.code === code).point
  point = idOf('T1.POS')
  fuel = idOf('T1.FUEL')
  await server.deps.telemetry.catalog.refresh()
  const readings = newReadings(fixKind)
  for (let index = 0; index < 400; index++)
    addFix(readings, point, {
      at: from + index * 30_000,
      lonDeg: 87.3 + Math.min(index, 200) * 0.002,
      latDeg: 44 + (index > 100 && index < 200 ? index * 0.002 : 0.2),
      altitudeM: 500,
      speedKmh: 60,
      headingDeg: 90,
      status: 3,
      alarm: 0,
      odometerKm: null,
      flags: 0,
    })
  await server.deps.telemetry.ingest(readings)
})
afterAll(() => server.close())

const wish = (more: object = {}) => ({
  commandId: newId(),
  subjectKind: 'waybill',
  subjectId: 'YD-1',
  point,
  from,
  to,
  ...more,
})
const keep = (who: Client, more: object = {}) => who.post('/api/v1/kept-tracks', wish(more))
const read = (who: Client, subjectId = 'YD-1') => who.get(`/api/v1/kept-tracks/waybill/${subjectId}/${point}`)

describe('a kept track', () => {
  it('is kept and read by who may read the track, and by nobody else', async () => {
    expect((await keep(stranger!)).status).toBe(404)
    expect((await keep(server.anyone())).status).toBe(401)
    const kept = await keep(owner!)
    expect(kept).toMatchObject({ status: 201, body: { fixes: 400, changed: true, code: 'T1.POS', toleranceM: 10 } })
    expect(kept.body.kept).toBeLessThan(200)

    const shown = (await read(dispatcher!)).body
    const track = (await dispatcher!.get(`/api/v1/tracks/${point}?from=${from}&to=${to}`)).body.rows
    expect(track).toHaveLength(400)
    expect(shown.rows).toHaveLength(kept.body.kept)
    const keptAt = new Set(shown.rows.map(({ at }: { at: number }) => at))
    expect(track.filter(({ at }: { at: number }) => keptAt.has(at))).toEqual(shown.rows)
    expect(shown.stops).toHaveLength(1)
    expect(shown.gapSpans).toEqual([])
    expect(Math.abs(shown.keptLengthM - shown.lengthM)).toBeLessThan(shown.lengthM / 20)
    expect((await read(stranger!)).status).toBe(404)
    expect((await read(owner!, 'YD-2')).status).toBe(404)
    const list = async (who: Client) => (await who.get(`/api/v1/kept-tracks?point=${point}`)).body.rows
    expect(await list(owner!)).toMatchObject([{ subjectId: 'YD-1', sourceSha256: shown.sourceSha256 }])
    expect(await list(stranger!)).toEqual([])
  })

  it('becomes neither shorter nor coarser by whoever asks again', async () => {
    const before = (await keep(owner!)).body
    const again = await keep(owner!, { from: from + 60_000, to: from + 120_000, toleranceM: 1_000, gapS: 86_400 })

    expect(again.body).toEqual({ ...before, changed: false })
    const command = wish({ toleranceM: 5 })
    const first = await owner!.post('/api/v1/kept-tracks', command)
    expect(first.body).toMatchObject({ toleranceM: 5, changed: true })
    expect((await owner!.post('/api/v1/kept-tracks', command)).body).toEqual(first.body)
  })

  it('is listed page by page, newest first, by what it is kept for and when', async () => {
    for (const [index, subjectId] of ['A', 'B', 'C'].entries())
      await keep(dispatcher!, { subjectKind: 'job', subjectId, from: from + index * 1_000 })
    const page = (query: string) => dispatcher!.get(`/api/v1/kept-tracks?subjectKind=job&${query}`)
    const first = (await page('limit=2')).body
    const second = (await page(`limit=2&cursor=${first.next}`)).body

    expect([...first.rows, ...second.rows].map(({ subjectId }) => subjectId)).toEqual(['C', 'B', 'A'])
    expect(second.next).toBeNull()
    expect((await page(`to=${from + 500}`)).body.rows).toMatchObject([{ subjectId: 'A' }])
    expect((await page(`from=${to}`)).body.rows).toEqual([])
    expect((await page('subjectId=B')).body.rows).toMatchObject([{ subjectId: 'B' }])
    expect((await page('q=b')).body.rows).toMatchObject([{ subjectId: 'B' }])
  })

  it('is refused by name where it cannot be', async () => {
    const refused = async (more: object) => {
      const { status, body } = await keep(dispatcher!, more)
      return [status, body.kind, ...body.errors.map(({ field }: { field: string }) => field)]
    }

    expect(await refused({ to: from })).toEqual([422, 'window_empty', 'to'])
    expect(await refused({ to: from + 63 * 86_400_000 })).toEqual([422, 'job_too_long', 'to'])
    expect(await refused({ point: fuel })).toEqual([422, 'point_stays', 'point'])
    expect(await refused({ toleranceM: 0 })).toMatchObject([400, expect.any(String), 'toleranceM'])
    expect(await refused({ subjectId: '../x' })).toMatchObject([400, expect.any(String), 'subjectId'])
    expect(await refused({ subjectKind: 'Way bill' })).toMatchObject([400, expect.any(String), 'subjectKind'])
  })
})
