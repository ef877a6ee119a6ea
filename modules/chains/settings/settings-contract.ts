import { oc } from '@orpc/contract'
import * as z from 'zod'
import { numbersNow, numbersOf, numbersWish, OldRev } from '@tingzhou/records/contract'
import { tags } from '../contract-parts.ts'
import { chainBounds } from './words.ts'

const Numbers = numbersOf(chainBounds, {
  presentAtBp: 'Basis points: sufficiency from which a product counts as present.',
  missingBelowBp: 'Basis points: sufficiency below which a product is missing.',
  mesShareBp: 'Basis points: part of the minimum efficient scale that must be needed.',
  gapAboveBp: 'Basis points: gap between potential and actual local supply that asks for strengthening.',
  utilisationBelowBp: 'Basis points: utilisation below which capacity counts as weak.',
  riskAtBp: 'Basis points: single-source risk from which it is flagged.',
  hiddenAtBp: 'Basis points: sum of squared shares behind all suppliers from which the source is hidden.',
  concentratedAt: 'HHI from which suppliers are concentrated.',
  highlyConcentratedAt: 'HHI from which they are highly concentrated.',
  radiusKm: 'Kilometres within which other suppliers count.',
  localKm: 'Kilometres of a way within the zone where no link says it.',
  outsideKm: 'Kilometres of a way from outside where no link says it.',
  handlingFenT: 'Fen a tonne for loading and unloading.',
  rateFenTKm: 'Fen a tonne and kilometre where no link says it.',
  marginShareBp: 'Basis points: regional margin over the price where the product does not say it.',
  rankLinkBp: 'Basis points: weight of an existing link in the ranking of candidates; the five sum to 10000.',
  rankProductBp: 'Basis points: weight of the product.',
  rankSizeBp: 'Basis points: weight of the size.',
  rankExpansionBp: 'Basis points: weight of the signal to expand.',
  rankInputsBp: 'Basis points: weight of the distance to inputs.',
  inputsKm: 'Kilometres to its inputs at which a candidate gets nothing for being near.',
  listMax: 'Candidates and local buyers told with a line, at most.',
  kMin: 'Different firms that must stand behind a sum of volume or money that is shown.',
})

/** What the zone's chains are reckoned with. */
export const settingsContract = {
  get: oc
    .route({ method: 'GET', path: '/chain-settings', summary: '测算参数 · What chains are reckoned with', tags })
    .output(numbersNow(chainBounds, Numbers)),
  set: oc
    .route({ method: 'PUT', path: '/chain-settings', summary: '修改测算参数 · Change it', tags })
    .input(numbersWish(Numbers))
    .output(z.object({ rev: OldRev })),
}
