import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { deskZone, mine } from '../desk/testing.ts'
import type { TestClock } from '../risk/testing.ts'

const clock: TestClock = { now: Date.UTC(2026, 2, 2, 2) }
let folder: string
let server: TestServer
let dispatcher: Client
/** Two loads that share a truck, and the truck. */
let tours: { readonly loads: readonly { readonly id: string }[]; readonly vehicleIds: readonly string[] }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tingzhou-threads-'))
  const computeFile = join(folder, 'thread.mjs')
  writeFileSync(
    computeFile,
    `import { existsSync } from 'node:fs'
     import { parentPort } from 'node:worker_threads'
     if (!existsSync(${JSON.stringify(join(folder, 'silent'))})) process.exit(1)
     parentPort.on('message', () => {})`,
  )
  server = await startTestServer({ computeFile, clock: () => epochMs(clock.now) })
  dispatcher = await server.actor([{ role: 'freight_dispatcher', partyId: null }])
  const zone = await deskZone(server, clock)
  const crew = await zone.addCrew()
  await zone.say(crew.point, [{ at: clock.now, ...mine, speedKmh: 0 }])
  const small = async () => ({ id: await zone.addLoad({ quantity: 8_000, truckPlan: 8_000 }) })
  tours = { loads: [await small(), await small()], vehicleIds: [crew.vehicleId] }
  const { rev, numbers } = (await dispatcher.get('/api/v1/freight-tour-settings')).body
  const quick = { commandId: newId(), rev, numbers: { ...numbers, solveSeconds: 1 }, why: '测试' }
  expect((await dispatcher.put('/api/v1/freight-tour-settings', quick)).status).toBe(200)
}, 120_000)
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const make = (path: string, wish: object, lang: 'zh-CN' | 'en' = 'zh-CN') =>
  dispatcher.send('POST', `/api/v1${path}`, { body: { commandId: newId(), ...wish }, lang })

it.each([
  ['/freight-chain-plans', () => ({}), 'chain_refused'],
  ['/freight-waves', () => ({}), 'wave_refused'],
  ['/freight-tour-plans', () => tours, 'tour_refused'],
  ['/freight-dispatch-days', () => ({ day: '2026-03-01' }), 'dispatch_day_refused'],
])('a plan whose thread ended is refused in words: %s', async (path, wish, kind) => {
  const refused = await make(path, wish())

  expect([refused.status, refused.body.kind, refused.body.errors[0].rule]).toEqual([422, kind, 'plan_unanswered'])
  expect(refused.body.detail).toContain('计算超时或中断')
  expect((await make(path, wish(), 'en')).body.detail).toContain('it ran out of time or was cut off')
})

it('tours whose thread does not answer in time are refused in words, and nothing of them is kept', async () => {
  writeFileSync(join(folder, 'silent'), '')

  const refused = await make('/freight-tour-plans', tours)

  expect([refused.status, refused.body.kind]).toEqual([422, 'tour_refused'])
  expect(refused.body.errors).toMatchObject([{ field: 'solveSeconds', rule: 'plan_unanswered' }])
  expect(refused.body.detail).toContain('计算超时或中断')
  expect((await dispatcher.get('/api/v1/freight-tour-plans')).body.rows).toEqual([])
})
