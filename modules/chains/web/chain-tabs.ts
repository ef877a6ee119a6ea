import type { ComponentType } from 'react'
import { ChainLists } from './target/lines.tsx'

/** A tab of a chain's page that another part of this module fills. */
export type ChainTab = {
  readonly key: string
  /** In the texts of `chains`. */
  readonly labelKey: string
  readonly Tab: ComponentType<{ readonly code: string }>
}

/** Tabs of a chain's page beside its map, products, flows, risks and savings. */
export const chainTabs: readonly ChainTab[] = [{ key: 'lists', labelKey: 'chain_line.title', Tab: ChainLists }]
