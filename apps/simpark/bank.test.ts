import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { verifyLedger } from '@tingzhou/ledger'
import { moneyZone } from '@tingzhou/freight/testing-money'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { bankAnswers } from './bank.ts'
import { answerFiles } from './bank-run.ts'
import { usual } from './options.ts'
import { meetPeople, type People } from './people.ts'

const api = '/api/v1'
const now = Date.now()
let server: TestServer
let people: People
let finance: Client
let second: Client
let zone: Awaited<ReturnType<typeof moneyZone>>

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  people = await meetPeople({ url: server.url, key: server.token })
  zone = await moneyZone(server.deps.db, server.deps.zoneId, () => epochMs(now))
  finance = await server.actor([{ role: 'finance', partyId: null }], { name: 'finance' })
  second = await server.actor([{ role: 'finance', partyId: null }], { name: 'second' })
  const payer = { holder: '合成平台', bankCode: 'ICBK', accountNumber: '6222020000000000001', rev: 0, why: 'test' }
  await finance.put(`${api}/freight-payer`, { commandId: crypto.randomUUID(), ...payer })
})
afterAll(() => server.close())

const post = async (client: Client, path: string, body: object) => {
  const answer = await client.post(api + path, { commandId: crypto.randomUUID(), ...body })
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** Settles so many waybills and gives their balances to the bank. */
async function sendBatch(count: number): Promise<string> {
  for (let i = 0; i < count; i++) await zone.settled(await zone.addWaybill())
  const { id } = await post(finance, '/freight-payment-batches', {})
  await post(second, `/freight-payment-batches/${id}/approval`, { rev: 1 })
  await post(finance, `/freight-payment-batches/${id}/file`, { rev: 2 })
  return id
}
const fileOf = async (id: string): Promise<string> =>
  (await finance.get(`${api}/freight-payment-batches/${id}/file.xml`)).body

describe('the bank of the simulation', () => {
  it('says the same to the same file, and more than it should', async () => {
    const file = await fileOf(await sendBatch(8))
    const habits = {
      failShare: 0.3,
      returnShare: 0.3,
      twiceShare: 0.5,
      wrongSumShare: 0.5,
      unknownShare: 0.5,
      bombShare: 0.5,
    }

    const answers = bankAnswers('seed', file, habits)

    expect(bankAnswers('seed', file, habits)).toEqual(answers)
    expect(bankAnswers('other', file, habits)).not.toEqual(answers)
    expect(answers.map(({ kind }) => kind)).toContain('camt.054')
    expect(answers.map(({ afterS }) => afterS)).toEqual(answers.map(({ afterS }) => afterS).toSorted((a, b) => a - b))
  })

  it('talks late, twice and wrongly, and the books stay right', async () => {
    const id = await sendBatch(12)
    const habits = {
      failShare: 0.2,
      returnShare: 0.2,
      twiceShare: 0.6,
      wrongSumShare: 0.4,
      unknownShare: 0.4,
      bombShare: 1,
    }
    const options = { ...usual, connection: { url: server.url, key: server.token }, dataDir: server.dataDir, speed: 1 }
    const refusals: string[] = []
    const watch = { onRefused: (_what: string, error: Error) => void refusals.push(error.message) }
    const span = { after: now - 1, until: now + 80 * 3_600_000 }

    const said = await answerFiles({ options, people }, watch, span, habits)
    await answerFiles({ options, people }, watch, span, habits)

    const { db, zoneId } = server.deps
    const payments = await db
      .selectFrom('freight_payment')
      .select(['state', 'amount_fen', 'waybill_id'])
      .where('zone_id', '=', zoneId)
      .execute()
    const sumOf = (...states: readonly string[]) =>
      payments.filter(({ state }) => states.includes(state)).reduce((sum, { amount_fen }) => sum + amount_fen, 0)
    const all = await zone.balances()
    // Two files, each twice: what is made of entities is not read, all else is heard.
    expect(refusals.length).toBe(4)
    expect(refusals.every((words) => words.includes('report_refused') && words.includes('no_entities'))).toBe(true)
    expect(said).toBeGreaterThan(3)
    expect((await finance.get(`${api}/freight-payments?batchId=${id}&state=sent`)).body.rows).toEqual([])
    expect(all.bank).toBe(-sumOf('done'))
    expect(all.carrier_payable).toBe(sumOf('due', 'prepared', 'approved', 'sent'))
    expect((await verifyLedger(db, zoneId)).faults).toEqual([])
  })
})
