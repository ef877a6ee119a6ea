import { usePreferences, useText } from '@tingzhou/ui'
import { FormPreview } from './form-preview.tsx'
import { isObject, listAt, put, textAt, type JsonObject } from './json-path.ts'
import {
  blankChoice,
  blankField,
  blankGroup,
  blankItem,
  blankMaterial,
  blankOption,
  blankQuestion,
  blankSpecial,
  firstGroup,
} from './part-blank.ts'
import { PartForm, type Choice } from './part-form.tsx'
import { PartList } from './part-list.tsx'
import {
  choiceSpecs,
  fieldSpecs,
  groupSpecs,
  itemSpecs,
  materialSpecs,
  nameOf,
  optionSpecs,
  overviewSpecs,
  questionSpecs,
  retyped,
  specialSpecs,
  type Whole,
} from './part-specs.ts'
import { SubList } from './sub-list.tsx'

/** A draft that is being written, and what may be done with it. */
export type Draft = {
  readonly body: unknown
  readonly departments: readonly Choice[]
  /** Keys of the drawings that items may have of their own. */
  readonly drawings: readonly string[]
  readonly readOnly: boolean
  readonly change: (body: unknown) => void
}

export function useWhole({ body, departments, drawings }: Draft): Whole {
  const { lang } = usePreferences()
  return { body, departments, drawings, lang: lang === 'zh-CN' ? 'zh' : 'en' }
}

export function OverviewTab({ draft }: { readonly draft: Draft }) {
  const t = useText('services')
  const whole = useWhole(draft)
  return (
    <PartForm specs={overviewSpecs(t, whole)} value={draft.body} onChange={draft.change} readOnly={draft.readOnly} />
  )
}

/** What a list of the body needs to be edited: read it, write it, and one of its rows. */
function useRows(draft: Draft, list: string) {
  const rows = listAt(draft.body, [list])
  const write = (next: readonly JsonObject[]) => draft.change(put(draft.body, [list], next))
  const writeRow = (index: number, next: unknown) =>
    write(rows.map((row, place) => (place === index && isObject(next) ? next : row)))
  return { rows, write, writeRow }
}

export function ItemsTab({ draft }: { readonly draft: Draft }) {
  const t = useText('services')
  const whole = useWhole(draft)
  const { rows, write, writeRow } = useRows(draft, 'items')
  const { readOnly } = draft
  return (
    <PartList
      rows={rows}
      nameOf={(row) => nameOf(row, whole.lang)}
      blank={blankItem}
      onChange={write}
      readOnly={readOnly}
      empty={t('designer.no_items')}
      add={t('designer.add_item')}
    >
      {(row, index) => (
        <>
          <PartForm
            specs={itemSpecs(t, whole, row)}
            value={row}
            onChange={(next) => writeRow(index, next)}
            readOnly={readOnly}
          />
          <SubList
            title={t('special.title')}
            add={t('designer.add_special')}
            rows={listAt(row, ['specialSteps'])}
            specsOf={(step) => specialSpecs(t, whole, step)}
            blank={blankSpecial}
            onChange={(steps) => writeRow(index, put(row, ['specialSteps'], steps))}
            readOnly={readOnly}
          />
        </>
      )}
    </PartList>
  )
}

export function MaterialsTab({ draft }: { readonly draft: Draft }) {
  const t = useText('services')
  const whole = useWhole(draft)
  const { rows, write, writeRow } = useRows(draft, 'materials')
  return (
    <PartList
      rows={rows}
      nameOf={(row) => nameOf(row, whole.lang)}
      blank={blankMaterial}
      onChange={write}
      readOnly={draft.readOnly}
      empty={t('designer.no_materials')}
      add={t('designer.add_material')}
    >
      {(row, index) => (
        <PartForm
          specs={materialSpecs(t, whole, row)}
          value={row}
          onChange={(next) => writeRow(index, sourced(next, textAt(row, ['from', 'kind'])))}
          readOnly={draft.readOnly}
        />
      )}
    </PartList>
  )
}

/** A material that comes from elsewhere now keeps nothing of where it came from before. Pure. */
function sourced(material: unknown, before: string): unknown {
  const kind = textAt(material, ['from', 'kind'])
  if (kind === before) return material
  const service = 'CJ/GOV/member/subsystem/service/v1'
  if (kind === 'applicant') return put(material, ['from'], { kind })
  return put(material, ['from'], kind === 'item' ? { kind, item: '' } : { kind, service })
}

export function SituationsTab({ draft }: { readonly draft: Draft }) {
  const t = useText('services')
  const whole = useWhole(draft)
  const { rows, write, writeRow } = useRows(draft, 'questions')
  return (
    <PartList
      rows={rows}
      nameOf={(row) => nameOf(row, whole.lang)}
      blank={blankQuestion}
      onChange={write}
      readOnly={draft.readOnly}
      empty={t('designer.no_questions')}
      add={t('designer.add_question')}
    >
      {(row, index) => (
        <>
          <PartForm
            specs={questionSpecs(t, whole, row)}
            value={row}
            onChange={(next) => writeRow(index, next)}
            readOnly={draft.readOnly}
          />
          <SubList
            title={t('designer.options')}
            add={t('designer.add_option')}
            rows={listAt(row, ['options'])}
            specsOf={() => optionSpecs(t, whole)}
            blank={blankOption}
            onChange={(options) => writeRow(index, put(row, ['options'], options))}
            readOnly={draft.readOnly}
          />
        </>
      )}
    </PartList>
  )
}

export function FieldsTab({ draft }: { readonly draft: Draft }) {
  const t = useText('services')
  const whole = useWhole(draft)
  const { rows, write, writeRow } = useRows(draft, 'fields')
  const groups = useRows(draft, 'groups')
  const { readOnly } = draft
  return (
    <>
      <PartList
        rows={rows}
        nameOf={(row) => nameOf(row, whole.lang)}
        blank={blankField(firstGroup(draft.body))}
        onChange={write}
        readOnly={readOnly}
        empty={t('designer.no_fields')}
        add={t('designer.add_field')}
      >
        {(row, index) => (
          <>
            <PartForm
              specs={fieldSpecs(t, whole, row)}
              value={row}
              onChange={(next) => isObject(next) && writeRow(index, retyped(next, textAt(row, ['type'])))}
              readOnly={readOnly}
            />
            {['choice', 'choices'].includes(textAt(row, ['type'])) && (
              <SubList
                title={t('designer.options')}
                add={t('designer.add_option')}
                rows={listAt(row, ['options'])}
                specsOf={() => choiceSpecs(t)}
                blank={blankChoice}
                onChange={(options) => writeRow(index, put(row, ['options'], options))}
                readOnly={readOnly}
              />
            )}
          </>
        )}
      </PartList>
      <SubList
        title={t('designer.groups')}
        add={t('designer.add_group')}
        rows={groups.rows}
        specsOf={() => groupSpecs(t)}
        blank={blankGroup}
        onChange={groups.write}
        readOnly={readOnly}
      />
      <FormPreview body={draft.body} />
    </>
  )
}
