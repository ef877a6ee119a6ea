import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roles, type Role } from '@tingzhou/parties'
import { startTestServer, type Answer, type Client, type TestServer } from './testing.ts'
import { leavesOf, mergedInput, operationsIn, put, sampleOf, type Operation } from './testing-inputs.ts'

const api = '/api/v1'
// What breaks out of a statement, of a page, of a formula, of a file name, of a log line.
const texts = [
  `'; drop table appeal; --`,
  `<script>alert(1)</script>`,
  `=cmd|'/c calc'!A1`,
  '../../etc/passwd',
  '\u202e\ud800\r\n',
] as const
// Ends the session of the one who asks, or the server's peace.
const left = new Set(['POST /api/v1/setup', 'DELETE /api/v1/sessions/current', 'POST /api/v1/backups'])

let server: TestServer
let operations: readonly Operation[]
/** An id of each kind that exists, by the name of the collection and of the field. */
const known = new Map<string, string>()
/** Somebody who holds every role, so that no request ends at the door; another one before the limit of requests is met. */
let everybody: Client
let makeEverybody: () => Promise<Client>
let asked = 0

beforeAll(async () => {
  server = await startTestServer()
  const admin = await server.actor([{ role: 'admin', partyId: null }])
  const make = async (path: string, body: object) => {
    const answer = await admin.post(`${api}/${path}`, { commandId: crypto.randomUUID(), ...body })
    expect(answer).toMatchObject({ status: 201 })
    known.set(path, answer.body.id)
    return String(answer.body.id)
  }
  const area = await make('areas', { code: 'E', name: '东片区' })
  const department = await make('departments', { code: 'power', name: '供电服务站' })
  const enterprise = await make('enterprises', { name: '合成面粉厂', areaId: area })
  const party: Partial<Record<Role, string>> = {
    enterprise,
    area_lead: area,
    dept_head: department,
    dept_officer: department,
    window_officer: department,
    weighbridge_clerk: enterprise,
  }
  makeEverybody = () => server.actor(roles.map((role) => ({ role, partyId: party[role] ?? null })))
  everybody = await makeEverybody()
  for (const [field, id] of Object.entries({ areaId: area, departmentId: department, ownerId: department }))
    known.set(field, id)
  known.set('enterpriseId', enterprise)
  for (const field of [
    'accountId',
    'leadAccountId',
    'deputyAccountId',
    'headId',
    'visitorIds',
    'hostId',
    'guideId',
    'guideAccountId',
  ])
    known.set(field, everybody.accountId)
  for (const [field, word] of Object.entries({ industry: '1311', figure: 'backlog', part: 'base' }))
    known.set(field, word)
  const { body } = await server.anyone().get(`${api}/openapi.json`)
  operations = operationsIn(body, api).filter(({ name }) => !left.has(name))
})
afterAll(() => server.close())

describe('every route of the interface', () => {
  it('answers what breaks its schema with field, value and rule, and nothing with a bug', async () => {
    const seen = { asked: 0, refused: 0 }
    const faults: string[] = []
    for (const operation of operations) {
      const sample = mergedInput(operation, known)
      const probes = [
        {},
        null,
        [],
        'text',
        ...leavesOf(operation.input).map((path) => put(sample, path, { odd: [null] })),
      ]
      for (const probe of probes) {
        const answer = await ask(operation, probe)
        seen.asked++
        if (answer.status >= 400) seen.refused++
        const fault = faultOf(answer)
        if (fault) faults.push(`${operation.name} ${JSON.stringify(probe)?.slice(0, 200)}: ${fault}`)
      }
    }
    expect(faults).toEqual([])
    expect(seen.asked).toBeGreaterThan(300)
    expect(seen.refused).toBeGreaterThan(200)
  }, 300_000)

  it('takes SQL, script and numbers beyond any row, and is no worse for it', async () => {
    const faults: string[] = []
    for (const operation of operations) {
      const leaves = leavesOf(operation.input)
      const sample = mergedInput(operation, known)
      const probes = [
        ...texts.map((text) => mergedInput(operation, known, text)),
        ...leaves.flatMap((path) => sampleOf(path).map((value) => put(sample, path, value))),
      ]
      for (const probe of probes) {
        const answer = await ask(operation, probe)
        const fault = faultOf(answer)
        if (fault) faults.push(`${operation.name} ${JSON.stringify(probe).slice(0, 300)}: ${fault}`)
        if (operation.makes && answer.status === 201 && typeof answer.body?.id === 'string')
          known.set(operation.collection, answer.body.id)
      }
    }
    expect(faults).toEqual([])
    expect(asked).toBeGreaterThan(1_000)
    const { body } = await everybody.get(`${api}/appeals`)
    expect(body.rows.map((row: { title: string }) => row.title)).toContain(texts[0])
  }, 600_000)
})

async function ask(operation: Operation, input: unknown): Promise<Answer> {
  asked++
  if (asked % 1_000 === 0) everybody = await makeEverybody()
  return everybody.send(operation.method, operation.address(input, known), {
    ...(operation.method === 'GET' ? {} : { body: JSON.stringify(operation.bodyOf(input)) }),
    headers: operation.method === 'GET' ? {} : { 'content-type': 'application/json' },
  })
}

/** What is wrong with an answer; null when it is a result or a problem as promised. */
function faultOf({ status, headers, body }: Answer): string | null {
  // Slowed down, it would not have been asked.
  if (status >= 500 || status === 429) return `${status} ${JSON.stringify(body)}`
  if (status < 400) return null
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return `${status} without problem details`
  const named = body.errors.every((one: { field: unknown; rule: unknown }) => typeof one.field === 'string' && one.rule)
  if (!named) return `${status} with an unnamed field: ${JSON.stringify(body.errors)}`
  // Who may not, and what is not there, need no field; every other refusal says which value broke which rule.
  const bare = body.errors.length === 0 && [400, 409, 422].includes(status)
  return bare ? `${status} ${body.kind} names no field` : null
}
