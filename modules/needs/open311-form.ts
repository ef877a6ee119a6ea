import { err, ok, type Result } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import data from './data/open311-forms.json' with { type: 'json' }

export type Datatype = 'string' | 'number' | 'datetime' | 'text' | 'singlevaluelist' | 'multivaluelist'

type Texts = { readonly zh: string; readonly en: string }
export type Attribute = Texts & {
  readonly code: string
  readonly datatype: Datatype
  readonly required: boolean
  readonly values: readonly (Texts & { readonly key: string })[]
}

/** What a posted attribute said. */
export type Answers = Readonly<Record<string, string | readonly string[]>>
export type FormError =
  | { readonly kind: 'attribute_missing'; readonly code: string }
  | { readonly kind: 'attribute_unknown'; readonly code: string }
  | { readonly kind: 'attribute_invalid'; readonly code: string; readonly rule: string }

const datatypes = ['string', 'number', 'datetime', 'text', 'singlevaluelist', 'multivaluelist'] as const
const forms = new Map<string, readonly Attribute[]>(
  Object.entries(data).map(([code, attributes]) => [
    code,
    attributes.map((one) => {
      const datatype = datatypes.find((name) => name === one.datatype)
      if (!datatype) throw new TypeError(`attribute ${one.code} has the unknown type ${one.datatype}`)
      return { ...one, datatype, values: 'values' in one && one.values ? one.values : [] }
    }),
  ]),
)

/** The questions of a service; none for most. */
export const formOf = (serviceCode: string): readonly Attribute[] => forms.get(serviceCode) ?? []

export const textIn = (texts: Texts, lang: Lang): string => (lang === 'en' ? texts.en : texts.zh)

/**
 * Checks what was answered against the questions of the service.
 * Source: GeoReport v2, "GET Service Definition". O(attributes).
 */
export function checkAnswers(attributes: readonly Attribute[], answers: Answers): Result<Answers, FormError> {
  const stranger = Object.keys(answers).find((code) => !attributes.some((one) => one.code === code))
  if (stranger !== undefined) return err({ kind: 'attribute_unknown', code: stranger })
  for (const attribute of attributes) {
    const { code } = attribute
    const given = [answers[code] ?? []].flat().filter((value) => value !== '')
    if (given.length === 0 && attribute.required) return err({ kind: 'attribute_missing', code })
    const broken = given.map((value) => ruleBroken(attribute, value)).find((rule) => rule !== null)
    if (broken) return err({ kind: 'attribute_invalid', code, rule: broken })
    if (given.length > 1 && attribute.datatype !== 'multivaluelist')
      return err({ kind: 'attribute_invalid', code, rule: 'one value' })
  }
  return ok(answers)
}

function ruleBroken({ datatype, values }: Attribute, value: string): string | null {
  switch (datatype) {
    case 'string':
      return value.length <= 200 ? null : 'at most 200 characters'
    case 'text':
      return value.length <= 1_000 ? null : 'at most 1000 characters'
    case 'number':
      return /^-?\d{1,12}(\.\d{1,6})?$/.test(value) ? null : 'a number'
    case 'datetime':
      return Number.isNaN(Date.parse(value)) ? 'a date and time such as 2026-11-22T12:00:00+08:00' : null
    case 'singlevaluelist':
    case 'multivaluelist':
      return values.some(({ key }) => key === value) ? null : `one of ${values.map(({ key }) => key).join(', ')}`
  }
}

/** The answers as lines of text for whoever works on the appeal. O(attributes). */
export const describeAnswers = (attributes: readonly Attribute[], answers: Answers, lang: Lang): readonly string[] =>
  attributes.flatMap((attribute) => {
    const said = [answers[attribute.code] ?? []].flat().filter((value) => value !== '')
    if (said.length === 0) return []
    const shown = said.map((value) => {
      const choice = attribute.values.find(({ key }) => key === value)
      return choice ? textIn(choice, lang) : value
    })
    return [`${textIn(attribute, lang)}: ${shown.join(', ')}`]
  })
