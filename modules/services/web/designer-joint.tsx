import { useText } from '@tingzhou/ui'
import { useWhole, type Draft } from './designer-parts.tsx'
import { at, isObject, listAt, put, textAt, type JsonObject } from './json-path.ts'
import { PartForm, type PartSpec } from './part-form.tsx'
import { PartList } from './part-list.tsx'
import { choicesOf, nameOf, whenSpec, type Whole } from './part-specs.ts'
import { SubList } from './sub-list.tsx'
import type { Texts } from './words.ts'

const source = 'invented default'
const words = { zh: '', en: '' }

/** 多地联办: which places decide which items, by which answers; it belongs to the version. */
export function JointTab({ draft }: { readonly draft: Draft }) {
  const t = useText('services')
  const whole = useWhole(draft)
  const { body, readOnly, change } = draft
  const places = listAt(body, ['joint', 'places'])
  const write = (next: readonly JsonObject[]) => change(put(body, ['joint', 'places'], next))
  const writePlace = (index: number, next: unknown) =>
    write(places.map((row, place) => (place === index && isObject(next) ? next : row)))
  const isOn = isObject(at(body, ['joint']))
  return (
    <>
      <p className="tz-second">{t('joint.about')}</p>
      <PartForm specs={[switchSpec(t, whole)]} value={body} onChange={change} readOnly={readOnly} />
      {isOn && (
        <>
          <h3>{t('joint.places')}</h3>
          <PartList
            rows={places}
            nameOf={(row) => `${nameOf(row, whole.lang)} ${textAt(row, ['area'])}`.trim()}
            blank={blankPlace}
            onChange={write}
            readOnly={readOnly}
            empty={t('joint.no_places')}
            add={t('joint.add_place')}
          >
            {(row, index) => (
              <>
                <PartForm
                  specs={placeSpecs(t)}
                  value={row}
                  onChange={(next) => writePlace(index, next)}
                  readOnly={readOnly}
                />
                <SubList
                  title={t('joint.departments')}
                  add={t('joint.add_department')}
                  rows={listAt(row, ['departments'])}
                  specsOf={() => departmentSpecs(t, whole)}
                  blank={() => blankDepartment(whole)}
                  onChange={(next) => writePlace(index, put(row, ['departments'], next))}
                  readOnly={readOnly}
                />
              </>
            )}
          </PartList>
          <SubList
            title={t('joint.rules')}
            add={t('joint.add_rule')}
            rows={listAt(body, ['joint', 'rules'])}
            specsOf={(rule) => ruleSpecs(t, whole, rule)}
            blank={() => blankRule(body)}
            onChange={(next) => change(put(body, ['joint', 'rules'], next))}
            readOnly={readOnly}
          />
          <p className="tz-caption">{t('joint.rules_help')}</p>
        </>
      )}
    </>
  )
}

const switchSpec = (t: Texts, whole: Whole): PartSpec => ({
  path: ['joint'],
  label: t('joint.title'),
  kind: 'switch',
  on: { home: words, places: [blankPlace()], rules: [blankRule(whole.body)] },
  inside: [{ path: ['joint', 'home'], label: t('joint.home'), kind: 'words' }],
})

const placeSpecs = (t: Texts): readonly PartSpec[] => [
  { path: ['area'], label: t('joint.area'), kind: 'text', help: t('joint.area_help') },
  { path: ['name'], label: t('designer.name'), kind: 'words' },
]

const departmentSpecs = (t: Texts, { departments }: Whole): readonly PartSpec[] => [
  { path: ['of'], label: t('joint.of'), kind: 'choice', options: departments },
  { path: ['by'], label: t('joint.by'), kind: 'choice', options: departments },
]

/** A rule names an item and a place; with a question it holds only for some answers. */
function ruleSpecs(t: Texts, whole: Whole, rule: JsonObject): readonly PartSpec[] {
  return [
    { path: ['item'], label: t('column.item'), kind: 'choice', options: choicesOf(whole, 'items') },
    {
      path: ['area'],
      label: t('joint.place'),
      kind: 'choice',
      options: listAt(whole.body, ['joint', 'places']).map((place) => ({
        value: textAt(place, ['area']),
        label: `${nameOf(place, whole.lang)} ${textAt(place, ['area'])}`.trim(),
      })),
    },
    whenSpec(t, whole, rule, listAt(whole.body, ['questions'])),
  ]
}

const blankPlace = (): JsonObject => ({ area: '', name: words, departments: [], source })
const blankDepartment = ({ body }: Whole): JsonObject => ({ of: textAt(body, ['items', 0, 'department']), by: '' })
const blankRule = (body: unknown): JsonObject => ({
  item: textAt(body, ['items', 0, 'code']),
  area: textAt(body, ['joint', 'places', 0, 'area']),
  when: null,
})
