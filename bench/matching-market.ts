import { createParties, type Actor } from '@tingzhou/parties'
import { at, jsonb, newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { sql } from 'kysely'
import { loadCatalogue } from '../modules/chains/catalogue/load.ts'
import { matchesOf, type Asked } from '../modules/market/posting/match.ts'
import { embeddedScratch } from './databases.ts'
import { figure, quantile, type Figure, type Say } from './harness.ts'
import type { Labelled } from './matching-offers.ts'

const zoneId = 'bench'
const now = epochMs(Date.UTC(2026, 10, 30, 2))
const dayMs = 86_400_000
const firms = 500
const officer: Actor = {
  accountId: 'bench',
  name: 'bench',
  kind: 'person',
  lang: 'zh-CN',
  memberships: [{ role: 'chain_officer', partyId: null }],
}

/** The same offers as open postings on PGlite, asked through the module: rows that changed, index, visibility, rows of what is shown. */
export async function marketFigures(
  offers: readonly Labelled[],
  needs: readonly Labelled[],
  say: Say,
): Promise<readonly Figure[]> {
  const { database, drop } = await embeddedScratch()
  try {
    const { db } = database
    await loadCatalogue(db, zoneId, now)
    const parties = await createParties(
      db,
      zoneId,
      Array.from({ length: firms }, (_, i) => ({ kind: 'enterprise' as const, name: `firm ${i}`, synthetic: true })),
      now,
    )
    const rows = offers.map(({ text, product }, i) => ({
      id: newId(),
      number: `GX${i}`,
      firm: parties[i % firms],
      text,
      product: product ?? null,
      touched: new Date(now - dayMs - (i % 1_000) * 60_000).toISOString(),
    }))
    for (let i = 0; i < rows.length; i += 2_000)
      await sql`insert into market_posting (zone_id, id, number, kind, subject, firm_id, text, resolution, product_code, confirmed_at,
          confirmed_by, valid_to, state, opened_at, created_at, created_by, updated_at, updated_by)
        select ${zoneId}, r.id, r.number, 'offer', 'goods', r.firm, r.text, '{}'::jsonb, r.product, r.touched, 'bench', '2026-12-30', 'open',
          r.touched, r.touched, 'bench', r.touched, 'bench'
        from jsonb_to_recordset(${jsonb(rows.slice(i, i + 2_000))}::jsonb)
          as r(id uuid, number text, firm text, text text, product text, touched timestamptz)`.execute(db)
    await database.exec('analyze market_posting')
    const clock = () => now
    // A reader is what a request brings; these ports are all that a match uses.
    const reader = { deps: { db, zoneId, clock }, actor: officer }
    const ask = async (need: Labelled) => {
      const before = performance.now()
      const found = await matchesOf(reader, askedOf(need), 10)
      if (!found.ok) throw new Error(JSON.stringify(found.error))
      return { ms: performance.now() - before, first: found.value.candidates[0]?.posting.product?.code ?? null }
    }
    const [coldest] = needs
    const cold = coldest ? (await ask(coldest)).ms : 0
    for (const need of needs) await ask(need)
    const answers: Awaited<ReturnType<typeof ask>>[] = []
    for (const need of needs) {
      // One of the offers is changed by somebody before each question.
      const one = rows[answers.length % rows.length]
      await sql`update market_posting set rev = rev + 1, updated_at = ${at(now)}::timestamptz
        where zone_id = ${zoneId} and id = ${one?.id ?? ''}`.execute(db)
      answers.push(await ask(need))
    }
    const labelled = needs.flatMap(({ product }, i) =>
      typeof product === 'string' ? [answers[i]?.first === product] : [],
    )
    say(`${rows.length} offers on PGlite, ${needs.length} needs through the module`)
    const times = answers.map(({ ms }) => ms)
    return [
      figure(`first question of a server among ${rows.length} postings on PGlite: read and indexed`, cold / 1_000, 's'),
      figure('one need through the module on PGlite, median', quantile(times, 0.5), 'ms'),
      figure('one need through the module on PGlite, p95', quantile(times, 0.95), 'ms', '<= 300'),
      figure('their first is of the product', labelled.filter(Boolean).length / Math.max(1, labelled.length), ''),
    ]
  } finally {
    await drop()
  }
}

const askedOf = ({ text }: Labelled): Asked => ({
  reading: {
    kind: 'need',
    text,
    subject: 'goods',
    spec: [],
    quantity: '',
    minQuantity: '',
    price: '',
    place: '',
    lonDeg: null,
    latDeg: null,
    leadDays: null,
    neededBy: null,
    isSingle: false,
    visibility: 'zone',
    invitedIds: [],
  },
})
