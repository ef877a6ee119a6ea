import { formatMoney, formatNumber, StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import { roundedMoney } from '../map/figure-text.ts'
import type { List, PlantState, TargetState, Verdict } from '../../target/words.ts'

const looks: Readonly<Record<TargetState, readonly [Tone, Shape]>> = {
  idea: ['plain', 'ring'],
  contacted: ['busy', 'dot'],
  visited: ['busy', 'dot'],
  signed: ['busy', 'diamond'],
  started: ['busy', 'diamond'],
  producing: ['good', 'check'],
  parked: ['attention', 'pause'],
  dropped: ['plain', 'cross'],
}

export function TargetTag({ state }: { readonly state: TargetState }) {
  const t = useText('chains')
  const [tone, shape] = looks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`target.state.${state}`)}
    </StateTag>
  )
}

const listShapes: Readonly<Record<List, Shape>> = { extend: 'triangle', fill: 'ring', strengthen: 'square' }

export function ListTag({ list }: { readonly list: List }) {
  const t = useText('chains')
  return (
    <StateTag tone="plain" shape={listShapes[list]}>
      {t(`chain_line.list.${list}`)}
    </StateTag>
  )
}

const plantLooks: Readonly<Record<PlantState, readonly [Tone, Shape]>> = {
  open: ['good', 'ring'],
  taken: ['busy', 'dot'],
  closed: ['plain', 'cross'],
}

export function PlantTag({ state }: { readonly state: PlantState }) {
  const t = useText('chains')
  const [tone, shape] = plantLooks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`plant.state.${state}`)}
    </StateTag>
  )
}

const verdictLooks: Readonly<Record<Verdict, readonly [Tone, Shape]>> = {
  met: ['good', 'check'],
  short: ['bad', 'cross'],
  unknown: ['attention', 'ring'],
}

export function VerdictTag({ verdict }: { readonly verdict: Verdict }) {
  const t = useText('chains')
  const [tone, shape] = verdictLooks[verdict]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`plant.verdict.${verdict}`)}
    </StateTag>
  )
}

/** A number that is reckoned, not measured: three significant digits. */
export const roundedText = (value: number): string => formatNumber(Number(value.toPrecision(3)))

/** Money a year of a line; rounded where an exact number would give a firm away. */
export function ValueText({ fen, isRounded = false }: { readonly fen: number | null; readonly isRounded?: boolean }) {
  const t = useText('chains')
  if (fen === null) return <span className="tz-second">{t('chain_line.no_value')}</span>
  return <span className="tz-number">{isRounded ? roundedMoney(fen) : formatMoney(fen)}</span>
}

/** Marks invented rows, so that they are never taken for real ones. */
export function SyntheticMark({ when }: { readonly when: boolean }) {
  const t = useText('chains')
  return when ? <span className="tz-caption">{t('target.synthetic')}</span> : null
}
