import { i18n, usePreferences, type Shape, type Tone } from '@tingzhou/ui'
import type { z } from 'zod'
import type { ApplicationDetail } from '../application-contract.ts'
import type { CampaignDetail, RankedRow } from '../campaign-contract.ts'
import type { ApplicationState, CampaignState } from '../words.ts'

export type Application = z.infer<typeof ApplicationDetail>
export type Campaign = z.infer<typeof CampaignDetail>
export type Ranked = z.infer<typeof RankedRow>
export type Texts = (key: string, values?: Readonly<Record<string, unknown>>) => string
type Look = { readonly tone: Tone; readonly shape: Shape }

/** How a state looks; the word is said beside it. */
export const applicationLooks: Readonly<Record<ApplicationState, Look>> = {
  draft: { tone: 'busy', shape: 'ring' },
  county: { tone: 'busy', shape: 'dot' },
  returned: { tone: 'attention', shape: 'triangle' },
  prefecture: { tone: 'busy', shape: 'dot' },
  scored: { tone: 'good', shape: 'check' },
  rejected: { tone: 'plain', shape: 'cross' },
  vetoed: { tone: 'bad', shape: 'cross' },
  withdrawn: { tone: 'plain', shape: 'cross' },
  lapsed: { tone: 'attention', shape: 'cross' },
}
export const campaignLooks: Readonly<Record<CampaignState, Look>> = {
  open: { tone: 'busy', shape: 'ring' },
  ranked: { tone: 'busy', shape: 'dot' },
  publicised: { tone: 'attention', shape: 'triangle' },
  publicity_over: { tone: 'busy', shape: 'dot' },
  confirmed: { tone: 'good', shape: 'dot' },
  paid: { tone: 'good', shape: 'check' },
}

/** A text by key when this bundle knows it, else the other. */
export const keyed = (t: Texts, prefix: string, key: string | null, otherwise: string): string =>
  key !== null && i18n.exists(`safety:${prefix}.${key}`) ? t(`${prefix}.${key}`) : otherwise

/** The name of something on a score sheet in the reader's language. */
export function useSheetName(): (one: { readonly name: string; readonly nameEn: string }) => string {
  const { lang } = usePreferences()
  return ({ name, nameEn }) => (lang === 'zh-CN' ? name : nameEn)
}

/** Hundredths as points: 8760 is 87.60. */
export const points = (centi: number | null): string => (centi === null ? '–' : (centi / 100).toFixed(2))
