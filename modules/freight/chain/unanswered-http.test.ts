import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'

let folder: string
let server: TestServer
let dispatcher: Client

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tingzhou-threads-'))
  const computeFile = join(folder, 'ends.mjs')
  writeFileSync(computeFile, 'process.exit(1)')
  server = await startTestServer({ computeFile })
  dispatcher = await server.actor([{ role: 'freight_dispatcher', partyId: null }])
}, 120_000)
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

it.each([
  ['/freight-chain-plans', {}, 'chain_refused'],
  ['/freight-waves', {}, 'wave_refused'],
])('a plan whose thread ended is refused in words: %s', async (path, wish, kind) => {
  const make = (lang: 'zh-CN' | 'en') =>
    dispatcher.send('POST', `/api/v1${path}`, { body: { commandId: newId(), ...wish }, lang })

  const refused = await make('zh-CN')

  expect([refused.status, refused.body.kind, refused.body.errors[0].rule]).toEqual([422, kind, 'plan_unanswered'])
  expect(refused.body.detail).toContain('计算超时或中断')
  expect((await make('en')).body.detail).toContain('it ran out of time or was cut off')
})
