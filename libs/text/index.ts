export { catalogueOf, starterProducts, type Catalogue, type Product } from './catalogue.ts'
export { readDue, type Due } from './dates.ts'
export { serviceKinds, type ServiceKind, type Words } from './words.ts'
export { createAliasMatcher, type AliasHit, type AliasMatcher } from './aliases.ts'
export { readFigures, readQuantity, type Amount, type Figures, type Measure, type Price } from './measures.ts'
export { normalise, textLengthMax } from './normalise.ts'
export { createResolver, type Mention, type Resolution, type Resolver } from './resolve.ts'
export { judgeSpecs, readDetails, type AxisVerdict, type SpecToken, type SpecVerdict } from './specs.ts'
export { convert, unitOf, type TextRefusal, type Unit } from './units.ts'
export { createTextIndex, type TextHit, type TextIndex } from './match/bm25.ts'
export {
  createOfferIndex,
  type Candidate,
  type IndexOptions,
  type IsWanted,
  type OfferIndex,
} from './match/offer-index.ts'
export { type Posting, type ReadPosting } from './match/posting.ts'
export { defaultWeights, type Explanation, type FreightQuote, type Weights } from './match/score.ts'
