import { gzipSync } from 'node:zlib'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { acceptGzip } from './gzip.ts'

let app: FastifyInstance
const headers = { 'content-encoding': 'gzip' }

beforeAll(async () => {
  app = fastify()
  acceptGzip(app)
  // Answers after what was sent could have been unpacked.
  app.get('/slow', async () => {
    await new Promise((resolve) => setTimeout(resolve, 50))
    return 'well'
  })
  app.post('/said', async ({ body }) => body)
  await app.ready()
})
afterAll(() => app.close())

it('a packed body that nobody reads and that is no gzip ends nothing but itself', async () => {
  const failures: unknown[] = []
  const note = (error: unknown) => failures.push(error)
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException').on('uncaughtException', note)
  try {
    const unread = await app.inject({ method: 'GET', url: '/slow', headers, payload: 'no gzip' })
    const unknown = await app.inject({ method: 'POST', url: '/nowhere', headers, payload: 'no gzip' })
    await app.inject({ method: 'GET', url: '/slow' })
    expect([unread.statusCode, unknown.statusCode]).toEqual([200, 404])
  } finally {
    process.off('uncaughtException', note)
    for (const other of others) process.on('uncaughtException', other)
  }
  expect(failures).toEqual([])
})

it('a packed body is read as what was packed', async () => {
  const payload = gzipSync('{"a":1}')
  const said = await app.inject({
    method: 'POST',
    url: '/said',
    headers: { ...headers, 'content-type': 'application/json' },
    payload,
  })
  expect(said.json()).toEqual({ a: 1 })
})
