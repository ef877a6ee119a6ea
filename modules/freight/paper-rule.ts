import { addDays } from '@tingzhou/calendar'
import { localDate } from '@tingzhou/kernel'
import type { CarrierKind, PaperState, Stand, Subject } from './words.ts'

/** Which paper is required of whom, and how many days before its end people are warned. */
export type PaperKind = {
  readonly code: string
  readonly subject: Subject
  readonly onlyFor: CarrierKind | null
  readonly required: boolean
  readonly lightExempt: boolean
  readonly warnDays: readonly number[]
}
export type PaperFacts = {
  readonly kind: string
  readonly validFrom: string
  readonly validTo: string
  readonly state: 'kept' | 'withdrawn'
}
/** What decides which papers somebody needs. */
export type Needs = { readonly subject: Subject; readonly light: boolean; readonly carrierKind: CarrierKind | null }

/**
 * How a paper stands on a day. Its last day is a valid day.
 * @param noticeDays  how many days before the end it is said to end soon
 * O(1).
 */
export function paperState(paper: PaperFacts, onDay: string, noticeDays: number): PaperState {
  if (paper.state === 'withdrawn') return 'withdrawn'
  if (paper.validTo < onDay) return 'over'
  if (paper.validFrom > onDay) return 'not_yet'
  return paper.validTo <= addDays(localDate(onDay), noticeDays) ? 'ends_soon' : 'valid'
}

/** The most days before the end at which somebody is warned. O(days). */
export const noticeDaysOf = (kind: PaperKind | undefined): number => Math.max(0, ...(kind?.warnDays ?? []))

/** The kinds of paper that are required. O(kinds). */
export const requiredOf = (kinds: readonly PaperKind[], needs: Needs): readonly PaperKind[] =>
  kinds.filter(
    (kind) =>
      kind.subject === needs.subject &&
      kind.required &&
      !(kind.lightExempt && needs.light) &&
      (kind.onlyFor === null || kind.onlyFor === needs.carrierKind),
  )

const worse: readonly Stand[] = ['valid', 'ends_soon', 'over', 'missing']

/**
 * The worst state of what is required, and what is missing altogether.
 * Source: own. O(kinds × papers).
 */
export function standOf(
  kinds: readonly PaperKind[],
  needs: Needs,
  papers: readonly PaperFacts[],
  onDay: string,
): { readonly stand: Stand; readonly missing: string[] } {
  const stands = requiredOf(kinds, needs).map((kind) => {
    const states = papers
      .filter((paper) => paper.kind === kind.code)
      .map((paper) => paperState(paper, onDay, noticeDaysOf(kind)))
    return { code: kind.code, stand: bestOf(states) }
  })
  const missing = stands.filter(({ stand }) => stand === 'missing').map(({ code }) => code)
  return { stand: worse[Math.max(0, ...stands.map(({ stand }) => worse.indexOf(stand)))] ?? 'valid', missing }
}

function bestOf(states: readonly PaperState[]): Stand {
  if (states.includes('valid')) return 'valid'
  if (states.includes('ends_soon')) return 'ends_soon'
  return states.includes('over') ? 'over' : 'missing'
}
