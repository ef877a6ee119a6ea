import { itemKinds, specialStepKinds } from '../item.ts'
import { at, listAt, textAt, type JsonObject } from './json-path.ts'
import type { Choice, PartSpec } from './part-form.tsx'
import type { Texts } from './words.ts'

/** What the forms of the parts have to know of the whole draft. */
export type Whole = {
  readonly body: unknown
  readonly lang: 'zh' | 'en'
  readonly departments: readonly Choice[]
  /** Keys of the drawings that items may have of their own. */
  readonly drawings: readonly string[]
}

const invented = 'invented default'
const daysMax = 366

/** The parts of a list as choices: name and code. */
export const choicesOf = ({ body, lang }: Whole, list: string): readonly Choice[] =>
  listAt(body, [list]).map((part) => ({
    value: textAt(part, ['code']),
    label: `${nameOf(part, lang)} ${textAt(part, ['code'])}`.trim(),
  }))

export const nameOf = (part: JsonObject, lang: 'zh' | 'en'): string =>
  textAt(part, ['name', lang]) || textAt(part, ['text', lang])

const words = (t: Texts, prefix: string, values: readonly string[]): readonly Choice[] =>
  values.map((value) => ({ value, label: t(`${prefix}.${value}`) }))

export function overviewSpecs(t: Texts, whole: Whole): readonly PartSpec[] {
  return [
    { path: ['name'], label: t('designer.name'), kind: 'words' },
    { path: ['summary'], label: t('designer.summary'), kind: 'words' },
    { path: ['target'], label: t('guide.for'), kind: 'choice', options: words(t, 'target', ['enterprise', 'person']) },
    { path: ['lead'], label: t('guide.lead'), kind: 'choice', options: whole.departments },
    {
      path: ['level'],
      label: t('guide.level'),
      kind: 'choice',
      options: words(t, 'level', ['county', 'prefecture', 'region']),
    },
    {
      path: ['channels'],
      label: t('guide.channels'),
      kind: 'many',
      options: words(t, 'channel', ['window', 'web', 'phone', 'self_service']),
    },
    days(t, ['jointPromise', 'days'], t('plan.joint_days')),
    days(t, ['legal', 'days'], t('designer.legal_days')),
    { path: ['together', 'steps'], label: t('designer.together_steps'), kind: 'number', min: 0, max: 100 },
    { path: ['together', 'visits'], label: t('designer.together_visits'), kind: 'number', min: 0, max: 50 },
    {
      path: ['yearly'],
      label: t('designer.yearly'),
      kind: 'switch',
      on: { from: '06-01', to: '08-31', source: invented },
      inside: [
        { path: ['yearly', 'from'], label: t('designer.yearly_from'), kind: 'text', help: t('designer.month_day') },
        { path: ['yearly', 'to'], label: t('designer.yearly_to'), kind: 'text', help: t('designer.month_day') },
      ],
    },
  ]
}

const days = (t: Texts, path: readonly (string | number)[], label: string): PartSpec => ({
  path,
  label,
  kind: 'number',
  min: 0,
  max: daysMax,
  unit: t('unit.working_days'),
})

export function itemSpecs(t: Texts, whole: Whole, item: JsonObject): readonly PartSpec[] {
  const own = textAt(item, ['code'])
  return [
    { path: ['code'], label: t('column.code'), kind: 'text', help: t('designer.item_code') },
    { path: ['name'], label: t('designer.name'), kind: 'words' },
    { path: ['department'], label: t('column.department'), kind: 'choice', options: whole.departments },
    { path: ['kind'], label: t('column.kind'), kind: 'choice', options: words(t, 'item_kind', itemKinds) },
    days(t, ['promised', 'days'], t('designer.promised_days')),
    days(t, ['legal', 'days'], t('designer.legal_days')),
    { path: ['always'], label: t('designer.always'), kind: 'flag' },
    {
      path: ['after'],
      label: t('column.after'),
      kind: 'many',
      options: choicesOf(whole, 'items').filter(({ value }) => value !== own),
    },
    { path: ['materials'], label: t('tab.materials'), kind: 'many', options: choicesOf(whole, 'materials') },
    { path: ['fields'], label: t('tab.fields'), kind: 'many', options: choicesOf(whole, 'fields') },
    {
      path: ['automatic'],
      label: t('designer.automatic'),
      kind: 'switch',
      on: { table: textAt(whole.body, ['tables', 0, 'code']), minutes: 15, source: invented },
      inside: [
        {
          path: ['automatic', 'table'],
          label: t('decision.table'),
          kind: 'choice',
          options: choicesOf(whole, 'tables'),
        },
        {
          path: ['automatic', 'minutes'],
          label: t('designer.minutes'),
          kind: 'number',
          min: 1,
          max: 1440,
          unit: t('unit.minutes'),
        },
      ],
    },
    {
      path: ['certificate'],
      label: t('designer.certificate'),
      kind: 'switch',
      on: { zh: '', en: '' },
      inside: [{ path: ['certificate'], label: t('certificate.name'), kind: 'words' }],
    },
    {
      path: ['process', 'key'],
      label: t('designer.item_process'),
      kind: 'choice',
      options: [
        { value: 'item-case', label: t('designer.ordinary_process') },
        ...whole.drawings.map((value) => ({ value, label: value })),
      ],
    },
    { path: ['alone', 'forms'], label: t('designer.alone_forms'), kind: 'number', min: 0, max: 50 },
    { path: ['alone', 'steps'], label: t('designer.alone_steps'), kind: 'number', min: 0, max: 100 },
    { path: ['alone', 'visits'], label: t('designer.alone_visits'), kind: 'number', min: 0, max: 50 },
  ]
}

export function specialSpecs(t: Texts, whole: Whole, step: JsonObject): readonly PartSpec[] {
  return [
    { path: ['kind'], label: t('column.kind'), kind: 'choice', options: words(t, 'special_kind', specialStepKinds) },
    { path: ['name'], label: t('designer.name'), kind: 'words' },
    days(t, ['days', 'days'], t('designer.special_days')),
    whenSpec(t, whole, step, listAt(whole.body, ['questions'])),
  ]
}

/** Only when one of some options of a question was chosen. */
export function whenSpec(
  t: Texts,
  { body, lang }: Whole,
  part: JsonObject,
  questions: readonly JsonObject[],
): PartSpec {
  const asked = listAt(body, ['questions']).find((one) => textAt(one, ['code']) === textAt(part, ['when', 'question']))
  const named = (one: JsonObject) => ({ value: textAt(one, ['code']), label: nameOf(one, lang) })
  return {
    path: ['when'],
    label: t('designer.when'),
    kind: 'switch',
    on: { question: textAt(questions[0], ['code']), options: [] },
    inside: [
      {
        path: ['when', 'question'],
        label: t('designer.when_question'),
        kind: 'choice',
        options: questions.map(named),
        // Options of another question mean nothing here.
        clears: ['when', 'options'],
      },
      {
        path: ['when', 'options'],
        label: t('designer.when_options'),
        kind: 'many',
        options: listAt(asked, ['options']).map(named),
      },
    ],
  }
}

export function materialSpecs(t: Texts, whole: Whole, material: JsonObject): readonly PartSpec[] {
  const from = textAt(material, ['from', 'kind'])
  return [
    { path: ['code'], label: t('column.code'), kind: 'text', help: t('designer.code') },
    { path: ['name'], label: t('designer.name'), kind: 'words' },
    {
      path: ['kind'],
      label: t('column.kind'),
      kind: 'choice',
      options: words(t, 'material_kind', ['main', 'secondary']),
    },
    {
      path: ['form'],
      label: t('designer.form'),
      kind: 'choice',
      options: words(t, 'material_form', ['paper', 'e_licence', 'data', 'promise']),
    },
    {
      path: ['from', 'kind'],
      label: t('column.source'),
      kind: 'choice',
      options: words(t, 'material_from', ['applicant', 'licence_store', 'data_service', 'item']),
    },
    ...(from === 'licence_store' || from === 'data_service'
      ? [{ path: ['from', 'service'], label: t('column.service'), kind: 'text', help: t('designer.service') } as const]
      : []),
    ...(from === 'item'
      ? [
          {
            path: ['from', 'item'],
            label: t('column.item'),
            kind: 'choice',
            options: choicesOf(whole, 'items'),
          } as const,
        ]
      : []),
    { path: ['validFor'], label: t('designer.valid_for'), kind: 'optional_text', help: t('designer.period') },
    {
      path: ['tolerant'],
      label: t('designer.tolerant'),
      kind: 'switch',
      on: { daysMax: 5, source: invented },
      inside: [
        {
          path: ['tolerant', 'daysMax'],
          label: t('designer.tolerant_days'),
          kind: 'number',
          min: 1,
          max: 60,
          unit: t('unit.working_days'),
        },
      ],
    },
    { path: ['reuse'], label: t('designer.reuse'), kind: 'reuse' },
    { path: ['situational'], label: t('designer.situational'), kind: 'flag' },
  ]
}

export const fieldTypes = [
  'text',
  'long_text',
  'integer',
  'number',
  'choice',
  'choices',
  'date',
  'boolean',
  'uscc',
  'id_number',
  'phone',
  'signature',
  'signed_on',
  'consent',
  'declaration',
] as const

export function fieldSpecs(t: Texts, whole: Whole, field: JsonObject): readonly PartSpec[] {
  const type = textAt(field, ['type'])
  const isText = type === 'text' || type === 'long_text'
  const isNumber = type === 'integer' || type === 'number'
  return [
    { path: ['code'], label: t('column.code'), kind: 'text', help: t('designer.code') },
    { path: ['name'], label: t('designer.name'), kind: 'words' },
    { path: ['type'], label: t('designer.type'), kind: 'choice', options: words(t, 'field_type', fieldTypes) },
    { path: ['group'], label: t('designer.group'), kind: 'choice', options: choicesOf(whole, 'groups') },
    { path: ['required'], label: t('designer.required'), kind: 'flag' },
    ...(isText
      ? ([
          { path: ['lengthMax'], label: t('designer.length_max'), kind: 'number', min: 1, max: 4000 },
          { path: ['pattern'], label: t('designer.pattern'), kind: 'optional_text' },
        ] as const)
      : []),
    ...(isNumber
      ? ([
          { path: ['min'], label: t('designer.min'), kind: 'number', min: -1e12, max: 1e12 },
          { path: ['max'], label: t('designer.max'), kind: 'number', min: -1e12, max: 1e12 },
        ] as const)
      : []),
    {
      path: ['help'],
      label: t('designer.help'),
      kind: 'switch',
      on: { zh: '', en: '' },
      inside: [{ path: ['help'], label: t('designer.help'), kind: 'words' }],
    },
    { path: ['prefill'], label: t('designer.prefill'), kind: 'optional_text', help: t('designer.prefill_help') },
    { path: ['reuse'], label: t('designer.reuse'), kind: 'reuse' },
    { path: ['consent'], label: t('designer.consent'), kind: 'optional_text', help: t('designer.consent_help') },
  ]
}

/** A field of another type keeps what both have and gains what the new one needs. Pure. */
export function retyped(field: JsonObject, before: string): JsonObject {
  const type = textAt(field, ['type'])
  if (type === before) return field
  const { lengthMin: _l, lengthMax: _m, pattern: _p, min: _i, max: _a, unit: _u, options: _o, ...common } = field
  const own: Readonly<Record<string, JsonObject>> = {
    text: { lengthMax: 100 },
    long_text: { lengthMax: 1000 },
    integer: { min: 0, max: 1_000_000 },
    number: { min: 0, max: 1_000_000 },
    choice: { options: [{ value: 'a', name: { zh: '', en: '' } }] },
    choices: { options: [{ value: 'a', name: { zh: '', en: '' } }] },
  }
  const never = ['signature', 'signed_on', 'consent', 'declaration'].includes(type)
  return { ...common, ...own[type], ...(never ? { reuse: 'never' } : {}) }
}

export function choiceSpecs(t: Texts): readonly PartSpec[] {
  return [
    { path: ['value'], label: t('column.code'), kind: 'text' },
    { path: ['name'], label: t('designer.name'), kind: 'words' },
  ]
}

export function groupSpecs(t: Texts): readonly PartSpec[] {
  return [
    { path: ['code'], label: t('column.code'), kind: 'text', help: t('designer.code') },
    { path: ['name'], label: t('designer.name'), kind: 'words' },
  ]
}

export function questionSpecs(t: Texts, whole: Whole, question: JsonObject): readonly PartSpec[] {
  const others = listAt(whole.body, ['questions']).filter((one) => one !== question)
  return [
    { path: ['code'], label: t('column.code'), kind: 'text', help: t('designer.code') },
    { path: ['text'], label: t('designer.question'), kind: 'words' },
    { path: ['many'], label: t('designer.many'), kind: 'flag' },
    whenSpec(t, whole, question, others),
  ]
}

export function optionSpecs(t: Texts, whole: Whole): readonly PartSpec[] {
  return [
    { path: ['code'], label: t('column.code'), kind: 'text' },
    { path: ['name'], label: t('designer.name'), kind: 'words' },
    {
      path: ['selects', 'items'],
      label: t('designer.selects_items'),
      kind: 'many',
      options: choicesOf(whole, 'items'),
    },
    {
      path: ['selects', 'materials'],
      label: t('designer.selects_materials'),
      kind: 'many',
      options: choicesOf(whole, 'materials').filter(({ value }) =>
        listAt(whole.body, ['materials']).some(
          (part) => at(part, ['code']) === value && at(part, ['situational']) === true,
        ),
      ),
    },
    { path: ['none'], label: t('designer.none'), kind: 'flag' },
  ]
}
