import { createServer, type Server } from 'node:http'
import { oc } from '@orpc/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { ApiProblem, createApi, decodeProblem, moveAnswer, toProblem } from './api.ts'
import { isTransient } from './query.ts'
import { zoneNow } from './zone-clock.ts'

const contract = {
  things: {
    get: oc
      .route({ method: 'GET', path: '/things/{id}' })
      .input(z.object({ id: z.string() }))
      .output(z.object({ id: z.string() })),
  },
}
const refusal = {
  type: 'urn:tingzhou:problem:stale',
  title: '内容已被他人更新',
  status: 409,
  detail: '请刷新后再试。',
  kind: 'stale',
  instance: '/api/v1/things/1',
  requestId: 'r-1',
  errors: [{ field: 'rev', value: 1, rule: 'rev = 2', message: '版本 1 已过期' }],
}

describe('the client', () => {
  let server: Server
  let origin = ''

  beforeAll(async () => {
    server = createServer((request, response) => {
      const fine = request.url?.endsWith('/things/fine')
      response.writeHead(fine ? 200 : 409, {
        'content-type': fine ? 'application/json' : 'application/problem+json',
        'x-zone-time': String(Date.now() - 3_600_000),
      })
      response.end(JSON.stringify(fine ? { id: 'fine' } : refusal))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP address')
    origin = `http://127.0.0.1:${address.port}`
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  it('gives the output of the contract', async () => {
    expect(await createApi(contract, 'test', { origin }).things.get.call({ id: 'fine' })).toEqual({ id: 'fine' })
  })

  it('tells the time of the zone, whatever the clock of the desk says', async () => {
    await createApi(contract, 'test', { origin }).things.get.call({ id: 'fine' })

    expect(Math.round((Date.now() - zoneNow()) / 60_000)).toBe(60)
  })

  it('turns problem details into an ApiProblem', async () => {
    const failure = await createApi(contract, 'test', { origin })
      .things.get.call({ id: '1' })
      .then(
        () => null,
        (error: unknown) => error,
      )

    expect(failure).toBeInstanceOf(ApiProblem)
    const problem = toProblem(failure)
    expect([problem.kind, problem.status, problem.title, problem.requestId]).toEqual([
      'stale',
      409,
      refusal.title,
      'r-1',
    ])
    expect(problem.errors[0]).toEqual({ field: 'rev', value: 1, rule: 'rev = 2', message: '版本 1 已过期' })
    expect(isTransient(failure)).toBe(false)
  })

  it('calls a missing answer offline, worth asking again', async () => {
    const closed = createApi(contract, 'test', { origin: 'http://127.0.0.1:9' })

    const problem = await closed.things.get.call({ id: '1' }).then(() => null, toProblem)

    expect(problem?.kind).toBe('offline')
    expect(isTransient(problem)).toBe(true)
  })
})

describe('a body that is no problem', () => {
  it('keeps status and request id', () => {
    const problem = decodeProblem('<html>', 502, 'r-2')

    expect([problem.kind, problem.status, problem.requestId]).toEqual(['unknown', 502, 'r-2'])
  })
})

describe('a move', () => {
  it('that is refused names fields as its form does', async () => {
    const errors = [{ field: 'move.slip.grossKg', rule: 'max 49000', message: '超限' }]
    const refused = moveAnswer(Promise.reject(decodeProblem({ kind: 'invalid_input', errors }, 400, 'r-1')))
    await expect(refused).rejects.toMatchObject({ status: 400, data: { requestId: 'r-1' } })
    await expect(refused).rejects.toMatchObject({ errors: [{ field: 'slip.grossKg', rule: 'max 49000' }] })
  })

  it('without a network stays what it is', async () => {
    const offline = toProblem(new TypeError('fetch failed'))
    await expect(moveAnswer(Promise.reject(offline))).rejects.toBe(offline)
    expect(isTransient(offline)).toBe(true)
  })
})
