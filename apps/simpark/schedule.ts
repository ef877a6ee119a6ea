import { addWorkingTime, dayKind, instantOf, type Calendar } from '@tingzhou/calendar'
import { epochMs, type EpochMs, type LocalDate } from '@tingzhou/kernel'
import type { Firm } from './firms.ts'
import { englishCategories, needCategories, pickCategory, writeNeed, type NeedText } from './need.ts'
import { randomOf, type Random } from './random.ts'

/** A need that will be raised: who, when, what, how. */
export type Raise = {
  /** Tells the need again after a restart: whoever raised it and its title. */
  readonly key: string
  readonly at: EpochMs
  readonly firm: Firm
  readonly need: NeedText
  readonly channel: 'web' | 'phone' | 'hotline' | 'window'
  /** The category that the applicant named: not always the right one, often none. */
  readonly named: string | null
  readonly photos: number
  readonly anonymous: boolean
  readonly sensitive: boolean
}

export const keyOf = (enterpriseName: string, title: string): string => `${enterpriseName}/${title}`

// On a day off, and outside office hours, firms write less.
const shareOnDaysOff = 0.12
const shareOutsideHours = 0.12
const echoShare = 0.05
const shareOfShown = 0.14

/**
 * What is raised on one day, in order of time. The same seed and date give the same day, whenever it is asked for.
 * @param perDay  needs on a working day, in the mean
 */
export function raisesOf(
  seed: string,
  firms: readonly Firm[],
  calendar: Calendar,
  date: LocalDate,
  perDay: number,
): readonly Raise[] {
  const random = randomOf(seed, 'day', date)
  const kind = dayKind(calendar, date)
  const works = kind.ok && kind.value === 'work'
  const mean = works ? perDay : perDay * shareOnDaysOff
  const count = Math.floor(mean) + (random.chance(mean % 1) ? 1 : 0)
  const raises: Raise[] = []
  for (let i = 0; i < count; i++) {
    const before = raises.at(-1)
    const at = timeOn(random, calendar, date, works)
    // Half of the days' needs go through the whole taxonomy, so that a few weeks meet every category.
    const turn = Math.floor(instantOf(date, '12:00') / 86_400_000) * Math.ceil(perDay) + i
    const category = i % 2 === 0 ? needCategories[(turn * 23) % needCategories.length] : undefined
    raises.push(
      before && random.chance(echoShare)
        ? echo(random, firms, before, at)
        : invent(random, firms, category ?? pickCategory(random), at),
    )
  }
  return raises.toSorted((a, b) => a.at - b.at)
}

/** One need of its own, for a zone that lives on. */
export function invent(random: Random, firms: readonly Firm[], category: string, at: EpochMs): Raise {
  const english = firms.filter((firm) => firm.lang === 'en')
  const useEnglish = englishCategories.includes(category) && english.length > 0 && random.chance(0.25)
  // Those that a visitor may be are met more often, so that their own page has something to show.
  const shown = firms.filter((firm) => firm.demoUsername !== null)
  const firm = random.pick(useEnglish ? english : shown.length > 0 && random.chance(shareOfShown) ? shown : firms)
  const { road, area, chain } = firm.plan
  const scene = { road, area: area.name, product: chain.product }
  const need = writeNeed(random, category, scene, useEnglish ? 'en' : 'zh-CN')
  return raiseOf(random, firm, need, at)
}

function raiseOf(random: Random, firm: Firm, need: NeedText, at: EpochMs): Raise {
  const visible = /^(04|0503|0506|0902|0903|11|0204)/.test(need.category)
  const seen = need.nature === 'complaint' || need.nature === 'report'
  return {
    key: keyOf(firm.plan.name, need.title),
    at,
    firm,
    need,
    channel: random.weighted([
      ['web', 52],
      ['phone', 24],
      ['hotline', 15],
      ['window', 9],
    ]),
    named: random.chance(0.8) ? (random.chance(0.07) ? pickCategory(random) : need.category) : null,
    photos: visible && seen && random.chance(0.7) ? random.int(1, 2) : random.chance(0.06) ? 1 : 0,
    anonymous: need.nature === 'report' && random.chance(0.15),
    sensitive: /^(0306|0905|0703)/.test(need.category) && random.chance(0.4),
  }
}

/** Another firm of the area writes about the same matter in the same words. */
function echo(random: Random, firms: readonly Firm[], before: Raise, at: EpochMs): Raise {
  const others = firms.filter((firm) => firm !== before.firm && firm.plan.area === before.firm.plan.area)
  const firm = others.length > 0 ? random.pick(others) : before.firm
  return { ...raiseOf(random, firm, before.need, at), named: before.need.category, channel: 'web' }
}

function timeOn(random: Random, calendar: Calendar, date: LocalDate, works: boolean): EpochMs {
  const anywhere = epochMs(instantOf(date, '07:30') + random.int(0, 14 * 3_600) * 1_000)
  if (!works || random.chance(shareOutsideHours)) return anywhere
  // Eight office hours, fewer needs towards the evening.
  const open = addWorkingTime(calendar, instantOf(date, '00:00'), random.next() * random.next() * 25_000 + 1_200)
  return open.ok ? open.value : anywhere
}
