// npm run bench -- settlement: sheets of the worked example beside a loop that only computes its three amounts.
import { apportion, canonicalJson, parseRules, partsMax, reproduce, settle, type Facts } from '@tingzhou/settlement'
import type { Result } from '@tingzhou/kernel'
import { figure, median, report } from './harness.ts'

const sheetCount = 20_000
const runs = 5

const terms = {
  basis: { unit: 'ton', weight: 'min' },
  loss: { mode: 'excess', as: 'money', tolerance: { by: 'rate', bp: 20 } },
}
const rules = must(
  parseRules({
    carrier: terms,
    shipper: { by: 'price', ...terms },
    paidRounding: 'yuan_truncated',
    split: { parts: [{ to: 'advance', amount: { by: 'sum', fen: 50_000 } }] },
  }),
)

await report('bench', 'settlement', async (say) => {
  const all = Array.from({ length: sheetCount }, (_, i) => factsOf(i))
  for (const facts of all.slice(0, 1_000)) compare(facts)
  const settled = perSecond(() => {
    for (const facts of all) must(settle(rules, facts))
    return all.length
  })
  say(`${Math.round(settled)} sheets/s`)
  const sheets = all.slice(0, 5_000).map((facts) => must(settle(rules, facts)))
  const stored = sheets.map((sheet): unknown => JSON.parse(canonicalJson(sheet)))
  const written = perSecond(() => sheets.reduce((count, sheet) => count + (canonicalJson(sheet) === '' ? 0 : 1), 0))
  const again = perSecond(() => stored.reduce<number>((count, one) => count + (reproduce(one).ok ? 1 : 0), 0))
  let dust = 0
  const floor = perSecond(() => {
    for (const facts of all) dust += bareAmounts(facts).billFen
    return all.length
  })
  const weights = Array.from({ length: partsMax }, (_, i) => 30_000 + i)
  const parts = perSecond(() => must(apportion(123_456_789 + (dust % 2), weights)).length)
  return [
    // A zone of 15,000 trucks at ten trips a day, settled within a quarter of a minute.
    figure('sheets of up to seven lines and three pays', settled, 'sheets/s', '>= 10000'),
    figure('sheets written as canonical JSON', written, 'sheets/s'),
    figure('stored sheets settled again and compared', again, 'sheets/s'),
    figure('floor: due, paid and bill in plain numbers, no lines, no checks', floor, 'waybills/s'),
    figure('share of the floor', settled / floor, ''),
    figure(`parts of one total split over ${partsMax} weights`, parts, 'parts/s'),
  ]
})

function factsOf(i: number): Facts {
  const loadKg = 30_000 + ((i * 37) % 5_000)
  return {
    loadKg,
    unloadKg: loadKg - ((i * 13) % 300),
    volumeDm3: null,
    distanceM: null,
    trucks: 1,
    prices: { carrierMilliFen: 7_800_000, shipperMilliFen: 8_500_000, goodsMilliFen: 42_000_000 },
    items: [{ kind: 'loading_fee', ref: null, side: 'both', amount: { by: 'sum', fen: 2_000 } }],
    parts: [{ to: 'fuel_card', ref: null, amount: { by: 'sum', fen: 100_000 } }],
    vatBp: 900,
  }
}

/** The same amounts as the sheet's, for exactly these rules. Every product is below 2^53. */
function bareAmounts({ loadKg, unloadKg, prices }: Facts) {
  const [load, unload] = [loadKg ?? 0, unloadKg ?? 0]
  const excessG = Math.max(0, (load - unload) * 1_000 - load * 2)
  const half = (product: number, divisor: number): number => {
    const rest = product % divisor
    return (product - rest) / divisor + (2 * rest >= divisor ? 1 : 0)
  }
  const lossFen = half(excessG * (prices.goodsMilliFen ?? 0), 1e9)
  const dueFen = half(Math.min(load, unload) * prices.carrierMilliFen, 1e6) + 2_000 - lossFen
  const billFen = half(Math.min(load, unload) * (prices.shipperMilliFen ?? 0), 1e6) + 2_000 - lossFen
  return { dueFen, paidFen: dueFen - (dueFen % 100), billFen }
}

/** The sheet must say what the floor says, or its speed is worth nothing. */
function compare(facts: Facts): void {
  const { totals } = must(settle(rules, facts))
  for (const [name, amount] of Object.entries(bareAmounts(facts)))
    if (totals[name as 'dueFen' | 'paidFen' | 'billFen'] !== amount)
      throw new Error(`the sheet of ${facts.loadKg} kg says another ${name} than ${amount}`)
}

/** How often a second `work` is done, the median of five runs; `work` answers how much it did. */
function perSecond(work: () => number): number {
  work()
  const rates = Array.from({ length: runs }, () => {
    const began = performance.now()
    const done = work()
    return (done / (performance.now() - began)) * 1_000
  })
  return median(rates)
}

function must<Value, Fault>(result: Result<Value, Fault>): Value {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}
