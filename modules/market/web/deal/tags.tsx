import type { DealState, RfqState } from '../../words.ts'
import { WordTag, type Look } from '../word-tag.tsx'

const deals: Readonly<Record<DealState, Look>> = {
  proposed: ['attention', 'ring'],
  agreed: ['good', 'check'],
  refused: ['plain', 'cross'],
  lapsed: ['plain', 'diamond'],
  cancelled: ['plain', 'cross'],
  delivered: ['good', 'square'],
}

export const DealTag = ({ state }: { readonly state: DealState }) => (
  <WordTag look={deals[state]} word={`deal.state.${state}`} />
)

const rfqs: Readonly<Record<RfqState, Look>> = {
  open: ['busy', 'dot'],
  closed: ['attention', 'ring'],
  unanswered: ['plain', 'diamond'],
  awarded: ['good', 'check'],
  cancelled: ['plain', 'cross'],
}

export const RfqTag = ({ state }: { readonly state: RfqState }) => (
  <WordTag look={rfqs[state]} word={`rfq.state.${state}`} />
)
