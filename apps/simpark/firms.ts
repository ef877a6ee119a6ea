import data from './data/zone.json' with { type: 'json' }
import type { EnterprisePlan } from './enterprise.ts'
import { randomOf } from './random.ts'

/** A firm that raises needs, with the account that raises them. */
export type Firm = {
  readonly plan: EnterprisePlan
  /** Account of the simulated contact; nobody signs in with it. */
  readonly username: string
  readonly lang: 'zh-CN' | 'en'
  /** Account offered on the sign-in page, for the firms that a visitor of the demo may be. */
  readonly demoUsername: string | null
}

const demoFirms = 4
const workingStatus = data.statuses[0]

/**
 * The firms that act: lead firms, some above scale, some small. The first four may be played by a visitor.
 * @param count  at most the enterprises there are
 */
export function chooseFirms(seed: string, enterprises: readonly EnterprisePlan[], count: number): readonly Firm[] {
  const random = randomOf(seed, 'firms')
  const working = enterprises
    .map((plan, index) => ({ plan, index }))
    .filter(({ plan }) => plan.status === workingStatus)
  const [large, small] = [working.filter(({ plan }) => plan.aboveScale), working.filter(({ plan }) => !plan.aboveScale)]
  const chosen = [
    ...random.shuffled(large).slice(0, Math.ceil(count * 0.6)),
    ...random.shuffled(small).slice(0, Math.floor(count * 0.4)),
  ].slice(0, count)
  // One demo firm in each area as far as there are such.
  const areas = [...new Set(chosen.map(({ plan }) => plan.area.code))].toSorted()
  const shown = areas.flatMap((code) => chosen.find(({ plan }) => plan.area.code === code) ?? []).slice(0, demoFirms)
  const ordered = [...shown, ...chosen.filter((firm) => !shown.includes(firm))]
  return ordered.map(({ plan, index }, n) => ({
    plan,
    username: `sim.firm${index + 1}`,
    lang: n === demoFirms - 1 || n % 12 === 7 ? 'en' : 'zh-CN',
    demoUsername: n < shown.length ? `firm${n + 1}` : null,
  }))
}
