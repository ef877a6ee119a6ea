import { execFile, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createParty } from '@tingzhou/parties'
import { startTestServer, type TestServer } from './testing.ts'

const run = promisify(execFile)
// The scripts are for whoever has these; a machine without them reads the pages and skips the run.
const hasTools = ['bash', 'curl', 'jq'].every((tool) => spawnSync(tool, ['--version']).status === 0)

let server: TestServer
let folder: string
beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'tz-story-'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const entities = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }
const plain = (html: string): string =>
  html.replaceAll(/&lt;|&gt;|&quot;|&#39;|&amp;/g, (name) => entities[name as keyof typeof entities])

async function storyOf(key: string, lang: 'zh-CN' | 'en'): Promise<string> {
  const page = await fetch(`${server.url}/api/docs`, { headers: { 'accept-language': lang } })
  const [, script] = new RegExp(`<pre data-story="${key}">([^<]*)</pre>`).exec(await page.text()) ?? []
  if (script === undefined) throw new Error(`the page has no story ${key}`)
  return plain(script)
}

/** A key of an enterprise, made by one of its people as the page of keys does. */
async function keyOf(readOnly: boolean): Promise<{ readonly key: string; readonly partyId: string }> {
  const { db, zoneId, clock } = server.deps
  const partyId = await createParty(db, zoneId, { kind: 'enterprise', name: '合成货主', synthetic: true }, clock())
  const [username, password] = [`erp-${randomUUID().slice(0, 8)}`, 'correct horse battery']
  const roles = [{ role: 'enterprise', partyId }]
  const account = { commandId: randomUUID(), username, name: 'ERP owner', password, roles }
  await server.machine.post('/api/v1/accounts', account)
  const session = await server.anyone().post('/api/v1/sessions', { username, password })
  const cookie = session.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const person = server.anyone({ cookie, origin: server.url })
  const made = await person.post('/api/v1/firm-api-keys', { commandId: randomUUID(), partyId, name: 'ERP', readOnly })
  return { key: made.body.key, partyId }
}

const play = (script: string, key: string) =>
  run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env: { ...process.env, TZ: server.url, KEY: key } })

describe.skipIf(!hasTools)('the examples of the API', () => {
  it('of a shipper run as they are printed, and again without doing anything twice', async () => {
    const { key, partyId } = await keyOf(false)
    const script = await storyOf('shipper', 'zh-CN')

    await play(script, key)
    const first = JSON.parse(await readFile(join(folder, 'answer-6.json'), 'utf8'))
    await play(script, key)

    expect(first).toMatchObject({ state: 'published', quantity: 3_000_000, mode: 'bid', shipper: { id: partyId } })
    const loads = await server.machine.get(`/api/v1/freight-loads?shipperId=${partyId}`)
    expect(loads.body.rows).toHaveLength(1)
    const history = await server.machine.get(`/api/v1/freight-loads/${first.id}/history`)
    expect(history.body.rows.map(({ actorName }: { actorName: string }) => actorName)).toEqual(['ERP', 'ERP'])
  })

  it('stop where the key may not write, at the step that says so', async () => {
    const { key } = await keyOf(true)
    await expect(play(await storyOf('shipper', 'en'), key)).rejects.toMatchObject({ stderr: /403/ })
  })
})

describe('the description of the API', () => {
  it('has the examples at their operations', async () => {
    const { body } = await server.anyone().get('/api/v1/openapi.json')
    const { examples } = body.paths['/freight-loads'].post.requestBody.content['application/json']
    expect(examples['shipper-4'].value).toMatchObject({ goods: '示例原煤', loadFrom: expect.any(Number) })
    expect(JSON.stringify(examples)).not.toContain('{{')
    expect(await storyOf('shipper', 'en')).toContain('# 5. Publish it')
  })
})
