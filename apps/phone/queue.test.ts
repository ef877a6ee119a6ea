import 'fake-indexeddb/auto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Action } from './action.ts'
import { actionsMax, openQueue, QueueFull } from './queue.ts'
import type { Deed } from './trip.ts'

type Heard = { readonly path: string; readonly commandId: string; readonly body: unknown }
type Reply = { readonly status: number; readonly body?: object } | 'hang up'

/** A server that takes each command once, and answers as the test says. */
const heard: Heard[] = []
const taken = new Set<string>()
let reply: (heard: Heard) => Reply = () => ({ status: 200 })
let server: Server

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const path = request.url ?? ''
  if (path.endsWith('/files')) return void response.writeHead(201).end('{"id":"file-1"}')
  type Sent = { readonly commandId: string }
  // A step is told within its move, an opinion by itself.
  const said = JSON.parse(Buffer.concat(chunks).toString()) as Sent & { readonly move?: Sent }
  const body = said.move ?? said
  const one = { path, commandId: body.commandId, body }
  heard.push(one)
  const answered = reply(one)
  if (answered === 'hang up') {
    taken.add(one.commandId)
    request.socket.destroy()
    return
  }
  if (answered.status < 300) taken.add(one.commandId)
  response
    .writeHead(answered.status, { 'content-type': 'application/json' })
    .end(JSON.stringify(answered.body ?? { state: 'accepted' }))
}

let owners = 0
let owner = ''
const store = new Map<string, string>()
beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const network = fetch
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => network(`http://127.0.0.1:${port}${path}`, init))
  vi.stubGlobal('navigator', { language: 'zh-CN' })
  vi.stubGlobal('location', { search: '' })
  vi.stubGlobal('localStorage', { getItem: (key: string) => store.get(key) ?? null })
})
afterAll(() => {
  vi.unstubAllGlobals()
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  heard.length = 0
  taken.clear()
  reply = () => ({ status: 200 })
  owner = `driver-${++owners}`
})

const action = (
  waybillId: string,
  move: Deed,
  proofs: Action['proofs'] = [],
): Omit<Action, 'seq' | 'owner' | 'refusal'> => ({
  waybillId,
  move,
  proofs,
  commandId: crypto.randomUUID(),
  at: 1_000,
  position: null,
  input: {},
})
const open = () => openQueue(owner, () => {})
const moves = () => heard.map(({ body }) => (body as { move: string }).move)

it('says how the waybill stands before it lets go of a step', async () => {
  const told: unknown[] = []
  const queue = await openQueue(owner, (id, state) => told.push([id, state, queue.read().actions.length]))
  await queue.add(action('w1', 'accept'))
  await queue.send()
  expect(told).toEqual([['w1', 'accepted', 1]])
})

it('keeps what was done without a network, also for who opens it anew, and sends it in order', async () => {
  reply = () => ({ status: 503 })
  const before = await open()
  for (const move of ['accept', 'arrive_load', 'load', 'depart'] as const) await before.add(action('w1', move))
  await before.send()
  expect(before.read().sending).toBe('away')
  expect(moves()).toEqual(['accept'])

  heard.length = 0
  reply = () => ({ status: 200 })
  const after = await open()
  expect(after.read().actions.map(({ move }) => move)).toEqual(['accept', 'arrive_load', 'load', 'depart'])
  await after.send()
  expect(moves()).toEqual(['accept', 'arrive_load', 'load', 'depart'])
  expect(after.read()).toEqual({ sending: 'idle', actions: [] })
})

it('sends again under the same id what the server took without its answer being heard', async () => {
  let calls = 0
  reply = () => (calls++ === 0 ? 'hang up' : { status: 200 })
  const queue = await open()
  await queue.add(action('w1', 'accept'))
  await queue.send()
  expect(queue.read().sending).toBe('away')
  await queue.send()
  expect(heard).toHaveLength(2)
  expect(taken.size).toBe(1)
  expect(queue.read().actions).toEqual([])
})

it('holds what followed a refused step, and nothing of another waybill', async () => {
  reply = ({ path, body }) =>
    path.includes('w1') && (body as { move: string }).move === 'arrive_load'
      ? {
          status: 422,
          body: { kind: 'outside_fence', title: 'outside', errors: [{ field: 'position', rule: '500 m' }] },
        }
      : { status: 200 }
  const queue = await open()
  await queue.add(action('w1', 'accept'))
  await queue.add(action('w1', 'arrive_load'))
  await queue.add(action('w1', 'load'))
  await queue.add(action('w2', 'accept'))
  await queue.send()
  expect(moves()).toEqual(['accept', 'arrive_load', 'accept'])
  const [refused, held] = queue.read().actions
  expect(refused?.refusal).toMatchObject({ kind: 'outside_fence', status: 422 })
  expect(held).toMatchObject({ move: 'load', refusal: null })

  await queue.send()
  expect(heard).toHaveLength(3)
  await queue.redo(refused?.seq ?? -1)
  expect(queue.read().actions).toEqual([])
})

it('sends a refused step again as it was', async () => {
  reply = () => ({ status: 409 })
  const queue = await open()
  await queue.add(action('w1', 'accept'))
  await queue.send()
  reply = () => ({ status: 200 })
  await queue.again(queue.read().actions[0]?.seq ?? -1)
  await queue.send()
  expect(new Set(heard.map(({ commandId }) => commandId)).size).toBe(1)
  expect(queue.read().actions).toEqual([])
})

it('sends a photo once, and the step with its id', async () => {
  let calls = 0
  reply = () => ({ status: calls++ === 0 ? 503 : 200 })
  const queue = await open()
  const photo = new Blob(['x'], { type: 'image/jpeg' })
  await queue.add({
    ...action('w1', 'load', [{ field: 'slip', photo, fileId: null }]),
    input: { slip: { number: '7' } },
  })
  await queue.send()
  expect(queue.read().actions[0]?.proofs[0]?.fileId).toBe('file-1')
  await queue.send()
  const slip = { number: '7', photoId: 'file-1' }
  expect(heard.map(({ body }) => (body as { slip: object }).slip)).toEqual([slip, slip])
})

it('sends a rating and a complaint to their own places, with the photo, and says nothing of a state', async () => {
  const told: unknown[] = []
  const queue = await openQueue(owner, (id, state) => told.push([id, state]))
  const photo = new Blob(['x'], { type: 'image/jpeg' })
  await queue.add({ ...action('w1', 'rate'), input: { stars: 2, tags: ['loading_wait'], words: '' } })
  await queue.add({
    ...action('w1', 'complain', [{ field: 'photoIds', photo, fileId: null }]),
    input: { kind: 'delay', words: 'w', contact: '' },
  })
  await queue.send()
  expect(heard.map(({ path }) => path)).toEqual(['/api/v1/freight-waybills/w1/ratings', '/api/v1/freight-complaints'])
  expect(heard[0]?.body).toMatchObject({ stars: 2, tags: ['loading_wait'] })
  expect(heard[1]?.body).toMatchObject({ waybillId: 'w1', kind: 'delay', photoIds: ['file-1'] })
  expect(told).toEqual([
    ['w1', null],
    ['w1', null],
  ])
  expect(queue.read().actions).toEqual([])
})

it('neither shows nor sends what another account did on this phone', async () => {
  reply = () => ({ status: 401 })
  const first = await open()
  await first.add(action('w1', 'accept'))
  await first.send()
  expect(first.read().sending).toBe('signed_out')
  reply = () => ({ status: 200 })
  heard.length = 0
  const other = await openQueue(`${owner}-other`, () => {})
  await other.send()
  expect(other.read().actions).toEqual([])
  expect(heard).toEqual([])
  await first.send()
  expect(heard).toHaveLength(1)
})

it('says when it is full, and loses nothing of what it has', async () => {
  const queue = await open()
  for (let n = 0; n < actionsMax; n++) await queue.add(action('w1', 'accept'))
  await expect(queue.add(action('w1', 'accept'))).rejects.toThrow(QueueFull)
  expect(queue.read().actions).toHaveLength(actionsMax)
}, 60_000)
