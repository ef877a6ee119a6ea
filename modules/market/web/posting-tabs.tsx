import type { ComponentType } from 'react'
import { PostingDeals } from './deal/posting-deals.tsx'
import { ProposeVerb } from './deal/propose.tsx'
import type { Match, PostingDetail } from './posting/types.ts'
import { AskVerb } from './rfq/ask-verb.tsx'

/** A tab of the page of a posting beside its matches. */
export type PostingTab = {
  readonly key: string
  readonly labelKey: string
  readonly Component: ComponentType<{ readonly posting: PostingDetail }>
}

/** Tabs after the matches, in order; each part of the market adds its own line here. */
export const postingTabs: readonly PostingTab[] = [{ key: 'deals', labelKey: 'deal.title', Component: PostingDeals }]

/** A verb in the head of the page of a posting, such as asking all suppliers for quotations. */
export const postingVerbs: readonly ComponentType<{ readonly posting: PostingDetail }>[] = [AskVerb]

/** A verb beside a match, such as proposing a deal; `posting` is the one whose page it is. */
export const matchVerbs: readonly ComponentType<{ readonly posting: PostingDetail; readonly match: Match }>[] = [
  ProposeVerb,
]
