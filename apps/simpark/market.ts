import { addDays, localDateOf } from '@tingzhou/calendar'
import { epochMs } from '@tingzhou/kernel'
import { Refused } from './api.ts'
import type { Watch, Zone } from './build.ts'
import { commandIdOf } from './command-id.ts'
import data from './data/market.json' with { type: 'json' }

type Posting = {
  readonly text: string
  readonly product: string
  readonly quantity: string
  readonly price?: string
  readonly leadDays?: number
}

/**
 * Posts what firms of the demo offer and need, each in its own words; a visitor finds what fits whom. Safe to repeat: commands have fixed ids
 * and content.
 * @returns postings that are there
 */
export async function openMarket(
  { options, people, register, firms }: Pick<Zone, 'options' | 'people' | 'register' | 'firms'>,
  watch: Pick<Watch, 'onRefused'>,
): Promise<number> {
  const { market, demo } = people.machine.api
  const { began } = await demo.status()
  // Far enough that a demo that was built a while ago still has them.
  const validTo = addDays(localDateOf(epochMs(began)), 365)
  const all: readonly (readonly ['offer' | 'need', Posting])[] = [
    ...data.offers.map((one) => ['offer', one] as const),
    ...data.needs.map((one) => ['need', one] as const),
  ]
  let posted = 0
  for (const [place, [kind, { text, product, quantity, price = '', leadDays = null }]] of all.entries()) {
    // Needs are of other firms than what is offered.
    const firm = firms[place % Math.max(1, firms.length)]
    if (!firm) return posted
    const { uscc, lon, lat } = firm.plan
    try {
      // What the platform understood is confirmed, as a firm would.
      const { spec } = await market.readings.create({ text, kind })
      await market.postings.create({
        commandId: commandIdOf(options.seed, 'market', kind, place),
        kind,
        firmId: register.enterpriseId(uscc),
        text,
        productCode: product,
        spec: spec.map(({ value }) => value),
        quantity,
        price,
        leadDays,
        place: data.place,
        lonDeg: lon,
        latDeg: lat,
        validTo,
        open: true,
        synthetic: true,
      })
      posted++
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      watch.onRefused(`posting ${text}`, error)
    }
  }
  return posted
}
