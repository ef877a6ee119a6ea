import { useText, VerbButton } from '@tingzhou/ui'
import type { JsonObject } from './json-path.ts'
import { isObject } from './json-path.ts'
import { PartForm, type PartSpec } from './part-form.tsx'

/** Small parts inside a part, all open: options of a question, special steps of an item. */
export function SubList(props: {
  readonly title: string
  readonly add: string
  readonly rows: readonly JsonObject[]
  readonly specsOf: (row: JsonObject) => readonly PartSpec[]
  readonly blank: (rows: readonly JsonObject[]) => JsonObject
  readonly onChange: (rows: readonly JsonObject[]) => void
  readonly readOnly: boolean
}) {
  const { rows, onChange, readOnly } = props
  const t = useText('services')
  return (
    <section className="services-sub">
      <h4>{props.title}</h4>
      {rows.map((row, index) => (
        // Codes may repeat while they are written; the place is what the line is about.
        // oxlint-disable-next-line react/no-array-index-key
        <fieldset key={index}>
          <legend>{t('ask.line', { n: index + 1 })}</legend>
          <PartForm
            specs={props.specsOf(row)}
            value={row}
            readOnly={readOnly}
            onChange={(next) => onChange(rows.map((one, place) => (place === index && isObject(next) ? next : one)))}
          />
          {!readOnly && (
            <VerbButton
              size="small"
              aria-label={t('ask.remove_n', { n: index + 1 })}
              onClick={() => onChange(rows.filter((_one, place) => place !== index))}
            >
              {t('verb.remove')}
            </VerbButton>
          )}
        </fieldset>
      ))}
      {!readOnly && <VerbButton onClick={() => onChange([...rows, props.blank(rows)])}>{props.add}</VerbButton>}
    </section>
  )
}
