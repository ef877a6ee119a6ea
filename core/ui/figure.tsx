import { Popover } from 'antd'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { formatNumber } from './format.ts'
import { useText } from './i18n.ts'

export type FigureProps = {
  readonly label: string
  readonly value: number | null
  readonly unit: string
  readonly digits?: number
  /** The day or instant it is true for, already written. */
  readonly date: string
  /** What it is counted over, such as `114/120 orders due in November`. */
  readonly basis: string
  readonly source: string
  readonly qualifier?: 'actual' | 'target' | 'estimate'
  /** The list behind it. */
  readonly href?: string
  readonly size?: 'card' | 'inline' | 'screen'
  readonly tone?: 'plain' | 'good' | 'attention' | 'bad'
  /** A line below, such as the change since last week. */
  readonly note?: ReactNode
}

/** A reported number with what makes it trustworthy. A target is hollow, an estimate carries ≈. */
export function Figure(props: FigureProps) {
  const t = useText('ui')
  const { size = 'card', qualifier = 'actual', tone = 'plain' } = props
  const shown =
    props.value === null ? '–' : `${qualifier === 'estimate' ? '≈ ' : ''}${formatNumber(props.value, props.digits)}`
  const body = (
    <>
      <span className="tz-figure-label">
        {props.label}
        {qualifier === 'target' && <span className="tz-hollow-word">{t('figure.target')}</span>}
      </span>
      <span className={`tz-figure-value tz-${qualifier} tz-tone-${tone}`}>
        {shown}
        <span className="tz-figure-unit">{props.unit}</span>
      </span>
      {props.note !== undefined && <span className="tz-caption">{props.note}</span>}
    </>
  )
  const origin = (
    <dl className="tz-origin">
      <Origin word={t('figure.date')} text={props.date} />
      <Origin word={t('figure.basis')} text={props.basis} />
      <Origin word={t('figure.source')} text={props.source} />
      <Origin word={t('figure.kind')} text={t(`figure.${qualifier}`)} />
    </dl>
  )
  return (
    <Popover content={origin} trigger={['hover', 'focus']} mouseEnterDelay={0.3}>
      {props.href === undefined ? (
        // Focusable, because the date, basis and source must be reachable without a mouse.
        <div
          className={`tz-figure tz-figure-${size}`}
          tabIndex={0}
          role="group"
          aria-label={`${props.label} ${shown} ${props.unit}`}
        >
          {body}
        </div>
      ) : (
        <Link className={`tz-figure tz-figure-${size}`} to={props.href}>
          {body}
        </Link>
      )}
    </Popover>
  )
}

function Origin({ word, text }: { readonly word: string; readonly text: string }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd>{text}</dd>
    </div>
  )
}
