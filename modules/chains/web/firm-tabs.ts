import type { ComponentType } from 'react'
import { FirmRisks } from './map/firm-risks.tsx'

/** A tab of a firm's page that another part of this module fills. */
export type FirmTab = {
  readonly key: string
  /** In the texts of `chains`. */
  readonly labelKey: string
  readonly Tab: ComponentType<{ readonly id: string }>
}

/** Tabs of a firm's page beside its positions, suppliers, customers and chains. */
export const firmTabs: readonly FirmTab[] = [{ key: 'risks', labelKey: 'risk.single_title', Tab: FirmRisks }]
