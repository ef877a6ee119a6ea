import { FactList, useText } from '@tingzhou/ui'
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
  if ('options' in field) {
    const names = new Map(field.options.map((option) => [option.value, say(option.name)]))
    const values = Array.isArray(value) ? value : [value]
    const shown = values.filter((one) => one !== undefined).map((one) => names.get(String(one)) ?? String(one))
    return shown.length > 0 ? shown.join(t('list_comma')) : '–'
  }
  const text = shownValue(t, value)
  return 'unit' in field && field.unit && text !== '–' ? `${text} ${say(field.unit)}` : text
}
