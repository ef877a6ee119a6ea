import { EmptyState, useText, VerbButton } from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { moved, textAt, type JsonObject } from './json-path.ts'

/** The parts of one kind: the list left, the chosen one right; which one is in the address. */
export function PartList(props: {
  readonly rows: readonly JsonObject[]
  readonly nameOf: (row: JsonObject) => string
  readonly blank: (rows: readonly JsonObject[]) => JsonObject
  readonly onChange: (rows: readonly JsonObject[]) => void
  readonly readOnly: boolean
  readonly empty: string
  readonly add: string
  readonly children: (row: JsonObject, index: number) => ReactNode
}) {
  const { rows, onChange, readOnly } = props
  const t = useText('services')
  const [query, setQuery] = useSearchParams()
  const asked = Number(query.get('part') ?? 0)
  const chosen = Number.isInteger(asked) && asked >= 0 && asked < rows.length ? asked : 0
  const choose = (index: number) =>
    setQuery(
      (now) => {
        const next = new URLSearchParams(now)
        next.set('part', String(index))
        return next
      },
      { replace: true },
    )
  const row = rows[chosen]
  const add = () => {
    onChange([...rows, props.blank(rows)])
    choose(rows.length)
  }
  const remove = () => {
    onChange(rows.filter((_row, index) => index !== chosen))
    choose(Math.max(0, chosen - 1))
  }
  const shift = (by: 1 | -1) => {
    onChange(moved(rows, chosen, by))
    choose(Math.min(rows.length - 1, Math.max(0, chosen + by)))
  }
  return (
    <div className="services-parts">
      <div>
        {rows.length === 0 && <EmptyState title={props.empty} />}
        <ol className="services-part-names">
          {rows.map((one, index) => (
            // Codes may repeat while they are written; the place is what the list is about.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>
              <button
                type="button"
                className="services-part-name"
                {...(index === chosen ? { 'aria-current': true as const } : {})}
                onClick={() => choose(index)}
              >
                {props.nameOf(one) || t('designer.unnamed')}
                <span className="tz-caption services-under">{textAt(one, ['code'])}</span>
              </button>
            </li>
          ))}
        </ol>
        {!readOnly && <VerbButton onClick={add}>{props.add}</VerbButton>}
      </div>
      {row && (
        <section key={chosen} aria-label={props.nameOf(row) || t('designer.unnamed')}>
          {!readOnly && (
            <div className="services-verbs">
              <VerbButton size="small" reason={chosen === 0 ? t('designer.is_first') : null} onClick={() => shift(-1)}>
                {t('verb.up')}
              </VerbButton>
              <VerbButton
                size="small"
                reason={chosen === rows.length - 1 ? t('designer.is_last') : null}
                onClick={() => shift(1)}
              >
                {t('verb.down')}
              </VerbButton>
              <VerbButton
                size="small"
                danger
                confirm={{ title: t('designer.remove_of', { name: props.nameOf(row) }), verb: t('verb.remove') }}
                onClick={remove}
              >
                {t('verb.remove')}
              </VerbButton>
            </div>
          )}
          {props.children(row, chosen)}
        </section>
      )}
    </div>
  )
}
