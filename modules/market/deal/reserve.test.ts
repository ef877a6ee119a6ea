import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { dealZone, tonne } from './testing.ts'

const now = Date.UTC(2026, 10, 23, 2)
let server: TestServer
let zone: Awaited<ReturnType<typeof dealZone>>

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await dealZone(server, () => epochMs(now))
}, 120_000)
afterAll(() => server.close())

type Step = {
  readonly kind: 'propose' | 'yes' | 'cancel'
  readonly one: number
  readonly other: number
  readonly tonnes: number
}
const step = fc.record<Step>({
  kind: fc.constantFrom('propose', 'propose', 'yes', 'yes', 'yes', 'cancel'),
  one: fc.nat(2),
  other: fc.nat(2),
  tonnes: fc.integer({ min: 1, max: 40 }),
})

it('keeps reserved equal to what is agreed and delivered, never above the quantity, whatever comes at once', async () => {
  const { millId, otherMillId, bakeryId, noodleId } = zone.firms
  const { mill, otherMill, bakery, noodle } = zone.people
  const sellers: readonly Client[] = [mill, otherMill, mill]
  const buyers: readonly Client[] = [bakery, noodle, bakery]
  let held = 0

  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 4, maxLength: 8 }), { minLength: 3, maxLength: 5 }),
      async (rounds) => {
        const offers: string[] = []
        const needs: string[] = []
        for (const firmId of [millId, otherMillId, millId])
          offers.push(await zone.posting({ kind: 'offer', firmId, quantity: 60 * tonne, minQuantity: 2 * tonne }))
        for (const firmId of [bakeryId, noodleId, bakeryId])
          needs.push(await zone.posting({ kind: 'need', firmId, quantity: 50 * tonne }))
        const dealOf = async (one: number, other: number) =>
          (await zone.read(zone.people.officer, `/market-deals?postingId=${needs[one]}&limit=50`)).rows.find(
            (row: { offer: { id: string } }) => row.offer.id === offers[other],
          )
        const run = async ({ kind, one, other, tonnes }: Step): Promise<void> => {
          const [buyer, seller] = [buyers[one], sellers[other]]
          if (!buyer || !seller) return
          if (kind === 'propose') {
            await zone.propose(buyer, needs[one] ?? '', offers[other] ?? '', tonnes)
            return
          }
          const deal = await dealOf(one, other)
          if (!deal) return
          const answer =
            kind === 'yes'
              ? await zone.post(seller, `/market-deals/${deal.id}/answers`, {
                  rev: deal.rev,
                  side: 'seller',
                  said: 'yes',
                })
              : await zone.post(buyer, `/market-deals/${deal.id}/cancellation`, { rev: deal.rev, why: '改主意' })
          expect(answer.status).toBeLessThan(500)
        }
        for (const round of rounds) {
          await Promise.all(round.map(run))
          for (const id of [...offers, ...needs]) {
            const { reserved, quantity, state } = await zone.stand(id)
            const agreed = await zone.db
              .selectFrom('market_deal')
              .select(({ fn }) => fn.sum<number>('quantity').as('sum'))
              .where('state', 'in', ['agreed', 'delivered'])
              .where((eb) => eb.or([eb('need_id', '=', id), eb('offer_id', '=', id)]))
              .executeTakeFirst()
            expect(reserved).toBe(Number(agreed?.sum ?? 0))
            held += reserved
            expect(reserved).toBeLessThanOrEqual(quantity ?? 0)
            expect(state).toBe(reserved === quantity ? 'closed' : reserved > 0 ? 'matched' : 'open')
          }
        }
      },
    ),
    { numRuns: 6 },
  )
  expect(held).toBeGreaterThan(0)
}, 120_000)
