export { bigrams, evenly, frontHeavy, jaccard, weightedJaccard, type Weigh, type Weights } from './bigrams.ts'
export { createNameIndex, type NameIndex, type NameSuggestion } from './name-index.ts'
export { nameCore } from './name-core.ts'
export { textKey, textSimilarity } from './text.ts'
export {
  indexSample,
  makeNameSample,
  measureNames,
  type NameMeasure,
  type NameSample,
  type NamedParty,
} from './sample.ts'
