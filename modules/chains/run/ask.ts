import { freightSaving, type ChainFault, type Inbound } from '@tingzhou/chain-model'
import { ComputeFailed } from '@tingzhou/compute'
import { unwrap } from '@tingzhou/http'
import { err, type Result } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import { readPackedEconomy } from '../economy/rows.ts'
import { chainsProblems, type ChainsError } from '../problems.ts'
import type { Reader } from '../room.ts'
import { roundedShare, twoDigits } from '../rounding.ts'
import { chainSettings } from '../settings/settings.ts'
import { firmOf, firmsById } from '../target/firm-names.ts'
import { worded } from '../texts.ts'
import { shockJob, unanswered, type ShockAnswer, type ShockInput } from './shock.ts'
import { yearOfData } from './year.ts'

/** A refusal of the arithmetic as one of the chains. */
const refused = (lang: Lang, { field, value, rule }: ChainFault): Result<never, ChainsError> =>
  err(worded(lang, { kind: 'figures_refused', field, value: String(value), rule }))

type ShockWish = {
  readonly year?: number | undefined
  readonly firms: readonly string[]
  readonly days: number
  readonly stockDays: number
}

const [shockSeconds, hitsMax] = [25, 200]

/** The thread's answer; when its time is over, that there is none. */
async function shockOf(
  { compute, log }: Pick<Reader['deps'], 'compute' | 'log'>,
  input: ShockInput,
): Promise<Result<ShockAnswer, ChainFault>> {
  try {
    return await compute.run(shockJob, input, { seconds: shockSeconds })
  } catch (error) {
    if (!(error instanceof ComputeFailed)) throw error
    log.error({ err: error }, 'a shock came to no answer')
    return err(unanswered)
  }
}

/** What fails when firms deliver nothing, on the rows as they are now. Nothing is kept. @throws ProblemError */
export async function askShock(reader: Reader, lang: Lang, wish: ShockWish) {
  const { db, zoneId } = reader.deps
  const year = wish.year ?? (await yearOfData(db, reader.deps)) ?? 2000
  const packed = await readPackedEconomy(db, zoneId, year)
  const { firms: removed, days, stockDays } = wish
  const input = { packed, removed: [...new Set(removed)], days, stockDays, hitsMax }
  const answer = await shockOf(reader.deps, input)
  const shock = unwrap(answer.ok ? answer : refused(lang, answer.error), chainsProblems)
  const codes = [...new Set(shock.hits.flatMap(({ product, input: by }) => (by === null ? [product] : [product, by])))]
  const [names, goods, chains] = await Promise.all([
    firmsById(
      db,
      zoneId,
      shock.hits.map(({ firm }) => firm),
    ),
    db
      .selectFrom('chain_product')
      .select(['code', 'zh', 'en'])
      .where('zone_id', '=', zoneId)
      .where('code', 'in', codes.length > 0 ? codes : [''])
      .execute(),
    db.selectFrom('chain').select(['code', 'zh', 'en']).where('zone_id', '=', zoneId).execute(),
  ])
  const [product, chain] = [new Map(goods.map((row) => [row.code, row])), new Map(chains.map((row) => [row.code, row]))]
  const named = (of: typeof product, code: string) => of.get(code) ?? { code, zh: code, en: code }
  return {
    year,
    lostFen: twoDigits(shock.lostFen),
    followed: shock.followed === null ? null : roundedShare(shock.followed),
    isConverged: shock.isConverged,
    hitFirms: shock.hitFirms,
    stoppedFirms: shock.stoppedFirms,
    chains: shock.chains
      .filter(({ firms }) => firms > 0)
      .toSorted((a, b) => b.lostFen - a.lostFen)
      .map(({ chain: code, lostFen, firms }) => {
        const { zh, en } = named(chain, code)
        return { chain: code, zh, en, firms, lostFen: twoDigits(lostFen) }
      }),
    hits: shock.hits.map((hit) => ({
      firm: firmOf(names, hit.firm),
      product: named(product, hit.product),
      remaining: roundedShare(hit.remaining),
      input: hit.input === null ? null : named(product, hit.input),
      lostFen: twoDigits(hit.lostFen),
    })),
  }
}

type SavingWish = {
  readonly handlingFen?: number | undefined
  readonly links: readonly (Omit<Inbound, 'key'> & { readonly name: string })[]
}

/** What local sources save of the freight of a basket that somebody typed. @throws ProblemError */
export async function askSaving({ deps }: Reader, lang: Lang, wish: SavingWish) {
  const handlingFen = wish.handlingFen ?? (await chainSettings(deps.db, deps.zoneId)).settings.handlingFen
  const inbound = wish.links.map(({ name, kg, before, after }) => ({ key: name, kg, before, after }))
  const saving = freightSaving(inbound, handlingFen)
  const { links, ...sums } = unwrap(saving.ok ? saving : refused(lang, saving.error), chainsProblems)
  return { ...sums, handlingFen, links: links.map(({ key, ...link }) => ({ name: key, ...link })) }
}
