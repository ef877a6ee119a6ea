import { FactList, useText } from '@tingzhou/ui'
import type { Words } from '../words.ts'
import { shownValue, useSay, type Application, type Say, type Texts } from './words.ts'

type Field = Application['plan']['form']['fields'][number]

/** The filled form as label and value, by group; a value that the applicant disputes says so. */
export function FieldFacts({ application }: { readonly application: Application }) {
  const t = useText('services')
  const say = useSay()
  const { groups, fields } = application.plan.form
  const disputes = new Map(application.disputes.map(({ field, words }) => [field, words]))
  return groups.map((group) => {
    const own = fields.filter((field) => field.group === group.code)
    if (own.length === 0) return null
    return (
      <section key={group.code} className="services-facts">
        <h4>{say(group.name)}</h4>
        <FactList
          facts={own.map((field) => ({
            label: say(field.name),
            value: (
              <>
                {fieldText(t, say, field, application.values[field.code])}
                {disputes.has(field.code) && (
                  <span className="services-attention services-under">
                    {t('form.disputed', { words: disputes.get(field.code) })}
                  </span>
                )}
              </>
            ),
          }))}
        />
      </section>
    )
  })
}

/** A value in words: options by their names, numbers with their unit. */
export function fieldText(t: Texts, say: Say, field: Field, value: unknown): string {
  if ('options' in field) return chosenText(t, new Map(field.options.map((one) => [one.value, say(one.name)])), value)
  const text = shownValue(t, value)
  return 'unit' in field && field.unit && text !== '–' ? `${text} ${say(field.unit)}` : text
}

type Question = { readonly options: readonly { readonly code: string; readonly name: Words }[] }

/** The answer to a question in words. */
export const answerText = (t: Texts, say: Say, { options }: Question, value: unknown): string =>
  chosenText(t, new Map(options.map(({ code, name }) => [code, say(name)])), value)

function chosenText(t: Texts, names: ReadonlyMap<string, string>, value: unknown): string {
  const chosen: readonly unknown[] = Array.isArray(value) ? value : [value]
  const shown = chosen.flatMap((one) =>
    one === null || one === undefined ? [] : [names.get(String(one)) ?? String(one)],
  )
  return shown.length > 0 ? shown.join(t('list_comma')) : '–'
}
