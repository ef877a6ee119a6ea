import { execFile, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { createParty } from '@tingzhou/parties'
import { startTestServer, type TestServer } from './testing.ts'

const run = promisify(execFile)
// The scripts are for whoever has these; a machine without them reads the pages and skips the run.
const hasTools = ['bash', 'curl', 'jq'].every((tool) => spawnSync(tool, ['--version']).status === 0)

let server: TestServer
let folder: string
let pastMs = 0
beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(Date.now() + pastMs) })
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
  const [, script] = new RegExp(`<pre tabindex="0" data-story="${key}">([^<]*)</pre>`).exec(await page.text()) ?? []
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
  run('bash', ['-c', script], { cwd: folder, env: { ...process.env, ZONE: server.url, KEY: key } })

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

  it('of webhooks add an endpoint, whose test is in line, and stop where its secret was shown', async () => {
    const { key, partyId } = await keyOf(false)
    const script = await storyOf('webhook', 'en')

    await play(script, key)
    const answer = async (n: number) => JSON.parse(await readFile(join(folder, `answer-${n}.json`), 'utf8'))

    expect(await answer(3)).toMatchObject({ party: { id: partyId }, secret: expect.stringMatching(/^whsec_/) })
    expect((await answer(5)).rows).toMatchObject([{ type: 'webhook.test', state: 'waiting' }])
    await expect(play(script, key)).rejects.toMatchObject({ stderr: expect.stringMatching(/409/) })
    const { rows } = (await server.anyone({ 'x-api-key': key }).get('/api/v1/webhook-endpoints')).body
    expect(rows).toHaveLength(1)
  })

  it('stop where the key may not write, at the step that says so', async () => {
    const { key } = await keyOf(true)
    await expect(play(await storyOf('shipper', 'en'), key)).rejects.toMatchObject({ stderr: /403/ })
  })
})

type Operation = { readonly operationId: string; readonly parameters?: readonly { name: string; in: string }[] }

describe('the description of the API', () => {
  it('names each operation once, every part of its path, and only schemas that are there', async () => {
    const { body } = await server.anyone().get('/api/v1/openapi.json')
    const all = Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, item]) =>
      Object.values(item).map((operation) => ({ path, operation })),
    )
    const ids = all.map(({ operation }) => operation.operationId)
    const declared = ({ parameters = [] }: Operation) =>
      parameters.flatMap((one) => (one.in === 'path' ? [one.name] : [])).toSorted()
    const undeclared = all.filter(
      ({ path, operation }) =>
        String([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted()) !== String(declared(operation)),
    )
    const refs = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)]

    expect(body.openapi).toMatch(/^3\.1\./)
    expect(all.length).toBeGreaterThan(300)
    expect(new Set(ids).size).toBe(ids.length)
    expect(undeclared.map(({ path }) => path)).toEqual([])
    expect(refs.filter(([, name = '']) => !(name in body.components.schemas))).toEqual([])
  })

  it('has the examples at their operations', async () => {
    const { body } = await server.anyone().get('/api/v1/openapi.json')
    const { examples } = body.paths['/freight-loads'].post.requestBody.content['application/json']
    expect(examples['shipper-4'].value).toMatchObject({ goods: '示例原煤', loadFrom: expect.any(Number) })
    expect(JSON.stringify(examples)).not.toContain('{{')
    expect(await storyOf('shipper', 'en')).toContain('# 5. Publish it')
  })

  it('has examples whose instants lie ahead, however long the server has been up', async () => {
    const example = async () => {
      const { body } = await server.anyone().get('/api/v1/openapi.json')
      return body.paths['/freight-loads'].post.requestBody.content['application/json'].examples['shipper-4'].value
    }
    await example()
    pastMs += 25 * 3_600_000

    expect((await example()).bidUntil).toBeGreaterThan(Date.now() + pastMs)
  })
})
