import type { ComponentType } from 'react'
import { ProductFirms } from './firms/product-firms.tsx'
import { ProductLines } from './target/product-lines.tsx'

/** A tab of a product's page that another part of this module fills. */
export type ProductTab = {
  readonly key: string
  /** In the texts of `chains`. */
  readonly labelKey: string
  readonly Tab: ComponentType<{ readonly code: string }>
}

/** Tabs of a product's page beside its names, its recipe, its chains and its particulars. */
export const productTabs: readonly ProductTab[] = [
  { key: 'firms', labelKey: 'firms.of_product', Tab: ProductFirms },
  { key: 'lines', labelKey: 'chain_line.title', Tab: ProductLines },
]
