import { useText } from '@tingzhou/ui'
import { Button, Popover } from 'antd'
import type { Shown } from './api.ts'
import { partText, valueText } from './figure-text.ts'

/** A figure; a click shows its formula with its numbers. */
export function FigureButton(props: {
  readonly figure: Shown | undefined
  /** Of what, for those who hear it. */
  readonly of: string
  readonly kMin: number
  readonly unit?: string
}) {
  const { figure, of, kMin, unit = '' } = props
  const t = useText('chains')
  const value = valueText(t, figure, kMin)
  if (!figure) return <span>{value}</span>
  const label = t(`indicator.${figure.name}`)
  return (
    <Popover trigger="click" title={label} content={<Formula figure={figure} unit={unit} kMin={kMin} />}>
      <Button type="text" size="small" className="chain-figure tz-number" aria-label={`${of} ${label} ${value}`}>
        {value}
      </Button>
    </Popover>
  )
}

/** The formula of a figure and every number of it. */
export function Formula({
  figure,
  unit,
  kMin,
}: {
  readonly figure: Shown
  readonly unit: string
  readonly kMin: number
}) {
  const t = useText('chains')
  return (
    <div className="chain-formula">
      <p>{t(`formula.${figure.name}`)}</p>
      <dl>
        {Object.entries(figure.parts).map(([name, value]) => (
          <div key={name}>
            <dt>{t(`part.${name}`)}</dt>
            <dd className="tz-number">{partText(t, name, value, unit, kMin)}</dd>
          </div>
        ))}
      </dl>
      {figure.hidden && <p className="tz-caption">{t('industry.why_hidden', { n: kMin })}</p>}
      {figure.isRounded && <p className="tz-caption">{t('industry.why_rounded', { n: kMin })}</p>}
    </div>
  )
}
