import { i18n, usePreferences, type CaseClock, type Shape, type Tone } from '@tingzhou/ui'
import type * as z from 'zod'
import type { ApplicationDetail, ApplicationRow, ApplicationState } from '../application-contract.ts'
import type { OneThingRow, Plan, PlannedItem, PlannedMaterial, Prefilled } from '../catalogue-contract.ts'
import type { Ask, Clock, MoveView } from '../contract-parts.ts'
import type { DecisionView, ItemDetail, ItemRow, ItemState } from '../item-contract.ts'
import type { PackageDetail, PackageRow, VisitView } from '../window-contract.ts'
import type { PromiseView } from '../promise-contract.ts'
import type { Words } from '../words.ts'

export type Application = z.infer<typeof ApplicationDetail>
export type ApplicationLine = z.infer<typeof ApplicationRow>
export type ApplicationStateName = z.infer<typeof ApplicationState>
export type ItemCase = z.infer<typeof ItemDetail>
export type ItemLine = z.infer<typeof ItemRow>
export type ItemStateName = z.infer<typeof ItemState>
export type Package = z.infer<typeof PackageDetail>
export type PackageLine = z.infer<typeof PackageRow>
export type PlanView = z.infer<typeof Plan>
export type PlanItem = z.infer<typeof PlannedItem>
export type PlanMaterial = z.infer<typeof PlannedMaterial>
export type PrefilledValue = z.infer<typeof Prefilled>
export type OneThingLine = z.infer<typeof OneThingRow>
export type AskLine = z.infer<typeof Ask>
export type ClockLine = z.infer<typeof Clock>
export type Move = z.infer<typeof MoveView>
export type Promised = z.infer<typeof PromiseView>
export type Visit = z.infer<typeof VisitView>
export type Decided = z.infer<typeof DecisionView>
export type Texts = (key: string, values?: Readonly<Record<string, unknown>>) => string
export type Say = (words: Words | null | undefined) => string

/** Words in the reader's language. */
export function useSay(): Say {
  const { lang } = usePreferences()
  return (words) => (words ? (lang === 'zh-CN' ? words.zh : words.en) : '')
}

type Look = { readonly tone: Tone; readonly shape: Shape }

/** How a state looks; the word is said beside it. */
export const applicationLooks: Readonly<Record<ApplicationStateName, Look>> = {
  draft: { tone: 'plain', shape: 'ring' },
  check: { tone: 'busy', shape: 'ring' },
  correction: { tone: 'attention', shape: 'triangle' },
  not_accepted: { tone: 'plain', shape: 'cross' },
  running: { tone: 'busy', shape: 'dot' },
  concluded: { tone: 'good', shape: 'dot' },
  delivered: { tone: 'good', shape: 'check' },
  archived: { tone: 'plain', shape: 'check' },
  withdrawn: { tone: 'plain', shape: 'cross' },
}

export const itemLooks: Readonly<Record<ItemStateName, Look>> = {
  waiting: { tone: 'plain', shape: 'ring' },
  review: { tone: 'busy', shape: 'dot' },
  supplement: { tone: 'attention', shape: 'pause' },
  special: { tone: 'busy', shape: 'square' },
  approval: { tone: 'busy', shape: 'dot' },
  granted: { tone: 'good', shape: 'check' },
  refused: { tone: 'bad', shape: 'cross' },
  cancelled: { tone: 'plain', shape: 'cross' },
  ended: { tone: 'plain', shape: 'cross' },
  revoked: { tone: 'bad', shape: 'diamond' },
}

export const endStates: readonly ApplicationStateName[] = ['delivered', 'archived', 'not_accepted', 'withdrawn']
export const decidedStates: readonly ItemStateName[] = ['granted', 'refused', 'cancelled', 'ended', 'revoked']

/** A text that the server names by key; a key this bundle does not know is shown by a general text, never bare. */
export function keyed(t: Texts, prefix: string, key: string | null, otherwise: string): string {
  return key !== null && i18n.exists(`services:${prefix}.${key}`) ? t(`${prefix}.${key}`) : otherwise
}

/** Why a move cannot be made now; null when it can. */
export function reasonOf(t: Texts, move: Move): string | null {
  return move.allowed ? null : keyed(t, 'reason', move.reason, t('reason.not_now'))
}

/** Why a case came to be as it is: what somebody wrote, or what the zone names by a code. */
export function whyText(
  t: Texts,
  say: Say,
  reason: string | null,
  because: { readonly name: Words } | null,
): string | null {
  if (because) return t('why.other_item', { name: say(because.name) })
  return reason === null ? null : keyed(t, 'revocation_cause', reason, reason)
}

/** The clock as the kit's case card wants it. */
export function caseClock(clock: ClockLine | null, ended: boolean): CaseClock {
  if (ended) return { state: 'done', dueAt: clock?.dueAt }
  if (!clock || (clock.dueAt === null && !clock.paused)) return { state: 'none' }
  return {
    state: clock.paused ? 'paused' : 'running',
    dueAt: clock.dueAt ?? clock.startedAt,
    basis: 'calendar',
  }
}

/** Who has it: those who must act on the application, else the departments whose items are not decided. Pure. */
export function holdersOf(t: Texts, { waitingFor, itemCases, state }: Application): readonly string[] {
  const waits = waitingFor.map(({ id, name }) => keyed(t, 'role', id, name))
  if (waits.length > 0 || state !== 'running') return [...new Set(waits)]
  const open = itemCases.filter((item) => !decidedStates.includes(item.state) && item.state !== 'waiting')
  return [...new Set(open.map(({ department }) => department.name))]
}

/** A value of a form as a reader sees it. */
export function shownValue(t: Texts, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  if (Array.isArray(value)) return value.map((part) => shownValue(t, part)).join(t('list_comma'))
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
