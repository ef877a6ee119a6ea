import { settingBounds, type ChainSettings } from '@tingzhou/chain-model'
import type { Bounds } from '@tingzhou/records/bounds'
import file from '../data/settings.json' with { type: 'json' }

/** The settings of the model as whole numbers with their units in their names: shares in basis points. */
const wholes = {
  presentAtBp: 'presentAt',
  missingBelowBp: 'missingBelow',
  mesShareBp: 'mesShare',
  gapAboveBp: 'gapAbove',
  utilisationBelowBp: 'utilisationBelow',
  riskAtBp: 'riskAt',
  hiddenAtBp: 'hiddenAt',
  concentratedAt: 'concentratedAt',
  highlyConcentratedAt: 'highlyConcentratedAt',
  radiusKm: 'radiusKm',
  localKm: 'localKm',
  outsideKm: 'outsideKm',
  handlingFenT: 'handlingFen',
  rateFenTKm: 'rateFen',
  marginShareBp: 'marginShare',
  rankLinkBp: 'rankLink',
  rankProductBp: 'rankProduct',
  rankSizeBp: 'rankSize',
  rankExpansionBp: 'rankExpansion',
  rankInputsBp: 'rankInputs',
  inputsKm: 'inputsKm',
  listMax: 'listMax',
} as const satisfies Readonly<Record<string, keyof ChainSettings>>

type ModelNumber = keyof typeof wholes
export type ChainNumber = ModelNumber | 'kMin'
export type ChainNumbers = Readonly<Record<ChainNumber, number>>

// Object.keys of a record gives its own names.
const names = Object.keys(wholes) as ModelNumber[]
const factor = (name: ModelNumber): number => (name.endsWith('Bp') ? 10_000 : 1)

const values = new Map(file.rows.map(({ key, value }) => [key, value]))

/** What a zone may say about its chains, each number with its start and its bounds. */
export const chainBounds: Bounds<ChainNumber> = {
  // Every name has its bounds, and the file all values, which its test holds.
  ...(Object.fromEntries(
    names.map((name) => {
      const [key, times] = [wholes[name], factor(name)]
      const [min, max] = settingBounds[key]
      return [name, { value: Math.round((values.get(key) ?? min) * times), min: min * times, max: max * times }]
    }),
  ) as Bounds<ModelNumber>),
  // Fewer than three would let two firms reckon the third.
  kMin: { value: 3, min: 3, max: 20 },
}

/** The numbers as the model takes them. Pure. O(numbers). */
export const modelSettings = (numbers: ChainNumbers): ChainSettings =>
  // Every setting of the model has its name, which the type of `wholes` and the test hold.
  Object.fromEntries(names.map((name) => [wholes[name], numbers[name] / factor(name)])) as ChainSettings
