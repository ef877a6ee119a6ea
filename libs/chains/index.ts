export { sourcesBehind, hiddenSources, type SourcesBehind } from './behind.ts'
export { betweenness, type Betweenness, type BetweennessOptions } from './between.ts'
export { candidatesFor, type Candidate, type Wanted } from './candidates.ts'
export { append, closed, column, rowsOf, type Column } from './columns.ts'
export { bases, readCatalogue, stages, type CatalogueFiles, type StartCatalogue } from './catalogue.ts'
export { chainFigures, type ChainFigures, type LeaderPull } from './chain-figures.ts'
export { economyLimits, produces, readEconomy, roles, type Chain, type Economy } from './economy.ts'
export type { ChainFault } from './fault.ts'
export type { Figure } from './figure.ts'
export { needsOf, type Needs } from './need.ts'
export { productFigures, type Band, type ProductFigures } from './products.ts'
export type { RecipeLoop, Recipes } from './recipes.ts'
export { riskFigure, supplyRisks, type SupplyRisks } from './risk.ts'
export type {
  ChainRow,
  DemandRow,
  EconomyRows,
  FirmRow,
  LinkRow,
  PositionRow,
  ProductRow,
  RecipeRow,
  SegmentProductRow,
} from './rows.ts'
export { freightSaving, type Inbound, type LinkSaving, type Saving, type Source } from './saving.ts'
export { checkSettings, inputVersion, settingBounds, type ChainSettings } from './settings.ts'
export { simulateShock, type Hit, type Shock, type ShockResult } from './shock.ts'
export {
  chainTargets,
  type FurtherInput,
  type LocalBuyer,
  type Target,
  type TargetInputs,
  type Weakness,
} from './targets.ts'
