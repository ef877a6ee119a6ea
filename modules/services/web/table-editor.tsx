import { Input, Select } from 'antd'
import { useText, VerbButton } from '@tingzhou/ui'
import { blankTable } from './part-blank.ts'
import { isObject, listAt, put, textAt, textsAt, type JsonObject, type Path } from './json-path.ts'
import { PartForm, type PartSpec } from './part-form.tsx'
import { PartList } from './part-list.tsx'
import { nameOf, type Whole } from './part-specs.ts'
import { SubList } from './sub-list.tsx'
import { useWhole, type Draft } from './designer-parts.tsx'
import type { Texts } from './words.ts'

const hitPolicies = ['UNIQUE', 'ANY', 'PRIORITY', 'FIRST', 'RULE ORDER', 'OUTPUT ORDER', 'COLLECT'] as const
const typeRefs = ['string', 'number', 'boolean', 'date'] as const
const asChoices = (values: readonly string[]) => values.map((value) => ({ value, label: value }))

/** 决策表: tables with FEEL in their cells; what a rule may not say is found by the check. */
export function TablesTab({ draft }: { readonly draft: Draft }) {
  const t = useText('services')
  const whole = useWhole(draft)
  const rows = listAt(draft.body, ['tables'])
  const write = (next: readonly JsonObject[]) => draft.change(put(draft.body, ['tables'], next))
  return (
    <PartList
      rows={rows}
      nameOf={(row) => nameOf(row, whole.lang)}
      blank={blankTable}
      onChange={write}
      readOnly={draft.readOnly}
      empty={t('designer.no_tables')}
      add={t('designer.add_table')}
    >
      {(row, index) => (
        <TableEditor
          table={row}
          whole={whole}
          readOnly={draft.readOnly}
          onChange={(next) => write(rows.map((one, place) => (place === index && isObject(next) ? next : one)))}
        />
      )}
    </PartList>
  )
}

type EditorProps = {
  readonly table: JsonObject
  readonly whole: Whole
  readonly readOnly: boolean
  readonly onChange: (table: unknown) => void
}

function TableEditor({ table, whole, readOnly, onChange }: EditorProps) {
  const t = useText('services')
  return (
    <>
      <PartForm specs={headSpecs(t)} value={table} onChange={onChange} readOnly={readOnly} />
      <SubList
        title={t('table.inputs')}
        add={t('table.add_input')}
        rows={listAt(table, ['inputs'])}
        specsOf={() => inputSpecs(t, whole)}
        blank={(rows) => ({
          code: `input_${rows.length + 1}`,
          name: { zh: '', en: '' },
          typeRef: 'string',
          from: 'field',
          service: null,
        })}
        onChange={(inputs) => onChange(put(table, ['inputs'], inputs))}
        readOnly={readOnly}
      />
      <RuleGrid table={table} whole={whole} readOnly={readOnly} onChange={onChange} />
    </>
  )
}

const headSpecs = (t: Texts): readonly PartSpec[] => [
  { path: ['code'], label: t('column.code'), kind: 'text', help: t('designer.code') },
  { path: ['name'], label: t('designer.name'), kind: 'words' },
  {
    path: ['purpose'],
    label: t('table.purpose'),
    kind: 'choice',
    options: (['decision', 'eligibility'] as const).map((value) => ({ value, label: t(`table.purpose_${value}`) })),
  },
  { path: ['table', 'hitPolicy'], label: t('table.hit_policy'), kind: 'choice', options: asChoices(hitPolicies) },
]

const inputSpecs = (t: Texts, { body }: Whole): readonly PartSpec[] => [
  {
    path: ['code'],
    label: t('table.input_code'),
    kind: 'text',
    help: t('table.input_help', { codes: knownCodes(body) }),
  },
  { path: ['name'], label: t('designer.name'), kind: 'words' },
  {
    path: ['from'],
    label: t('column.source'),
    kind: 'choice',
    options: (['field', 'question', 'fact'] as const).map((value) => ({ value, label: t(`table.from_${value}`) })),
  },
  { path: ['typeRef'], label: t('designer.type'), kind: 'choice', options: asChoices(typeRefs) },
  { path: ['service'], label: t('column.service'), kind: 'optional_text', help: t('table.service_help') },
]

const knownCodes = (body: unknown): string =>
  [...listAt(body, ['fields']), ...listAt(body, ['questions'])]
    .map((part) => textAt(part, ['code']))
    .slice(0, 12)
    .join(' ')

/** The grid: a column for each test and answer, a row for each rule, every cell its own text. */
function RuleGrid({ table, readOnly, onChange }: EditorProps) {
  const t = useText('services')
  const inputs = listAt(table, ['table', 'inputs'])
  const outputs = listAt(table, ['table', 'outputs'])
  const rules = listAt(table, ['table', 'rules'])
  const set = (path: Path, value: unknown) => onChange(put(table, ['table', ...path], value))
  const setRules = (next: readonly JsonObject[]) => set(['rules'], next)
  const addInput = () => {
    const wider = put(
      table,
      ['table', 'inputs'],
      [...inputs, { label: null, expression: '', typeRef: 'string', values: null }],
    )
    onChange(
      put(
        wider,
        ['table', 'rules'],
        rules.map((rule) => ({ ...rule, inputs: [...textsAt(rule, ['inputs']), '-'] })),
      ),
    )
  }
  const removeInput = (column: number) => {
    const narrower = put(
      table,
      ['table', 'inputs'],
      inputs.filter((_input, index) => index !== column),
    )
    onChange(
      put(
        narrower,
        ['table', 'rules'],
        rules.map((rule) => ({
          ...rule,
          inputs: textsAt(rule, ['inputs']).filter((_cell, index) => index !== column),
        })),
      ),
    )
  }
  const addRule = () =>
    setRules([...rules, { inputs: inputs.map(() => '-'), outputs: outputs.map(() => '"manual"'), annotations: [] }])
  return (
    <section className="services-sub">
      <h4>{t('table.rules')}</h4>
      <div className="services-scroll" role="region" tabIndex={0} aria-label={t('table.rules')}>
        <table className="services-table services-grid">
          <thead>
            <tr>
              <th>{t('table.number')}</th>
              {inputs.map((input, column) => (
                // Columns have no names of their own.
                // oxlint-disable-next-line react/no-array-index-key
                <th key={column}>
                  <Input
                    size="small"
                    readOnly={readOnly}
                    aria-label={t('table.test_n', { n: column + 1 })}
                    value={textAt(input, ['expression'])}
                    onChange={(event) => set(['inputs', column, 'expression'], event.target.value)}
                  />
                  <Select
                    size="small"
                    disabled={readOnly}
                    aria-label={t('table.type_n', { n: column + 1 })}
                    showSearch={{ optionFilterProp: 'label' }}
                    value={textAt(input, ['typeRef']) || null}
                    options={asChoices(typeRefs)}
                    onChange={(value: string) => set(['inputs', column, 'typeRef'], value)}
                  />
                  {!readOnly && inputs.length > 1 && (
                    <VerbButton
                      size="small"
                      type="text"
                      aria-label={t('table.remove_column', { n: column + 1 })}
                      onClick={() => removeInput(column)}
                    >
                      {t('verb.remove')}
                    </VerbButton>
                  )}
                </th>
              ))}
              {outputs.map((output, column) => (
                // oxlint-disable-next-line react/no-array-index-key
                <th key={`out ${column}`} className="services-answer">
                  {t('table.answer')}
                  <span className="tz-caption services-under">{textAt(output, ['values'])}</span>
                </th>
              ))}
              <th>{t('table.note')}</th>
              <th aria-label={t('column.verbs')} />
            </tr>
          </thead>
          <tbody>
            {rules.map((rule, line) => (
              // Rules are told apart by their place.
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={line}>
                <td className="tz-number">{line + 1}</td>
                {inputs.map((_input, column) => (
                  // oxlint-disable-next-line react/no-array-index-key
                  <td key={column}>
                    <Cell
                      label={t('table.cell', { rule: line + 1, column: column + 1 })}
                      value={textAt(rule, ['inputs', column])}
                      readOnly={readOnly}
                      onChange={(text) => set(['rules', line, 'inputs', column], text)}
                    />
                  </td>
                ))}
                {outputs.map((_output, column) => (
                  // oxlint-disable-next-line react/no-array-index-key
                  <td key={`out ${column}`} className="services-answer">
                    <Cell
                      label={t('table.answer_of', { rule: line + 1 })}
                      value={textAt(rule, ['outputs', column])}
                      readOnly={readOnly}
                      onChange={(text) => set(['rules', line, 'outputs', column], text)}
                    />
                  </td>
                ))}
                <td>
                  <Cell
                    label={t('table.note_of', { rule: line + 1 })}
                    value={textAt(rule, ['annotations', 0])}
                    readOnly={readOnly}
                    onChange={(text) => onChange(withNote(table, line, text))}
                  />
                </td>
                <td>
                  {!readOnly && (
                    <VerbButton
                      size="small"
                      type="text"
                      aria-label={t('table.remove_rule', { n: line + 1 })}
                      onClick={() => setRules(rules.filter((_rule, index) => index !== line))}
                    >
                      {t('verb.remove')}
                    </VerbButton>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!readOnly && (
        <div className="services-verbs">
          <VerbButton onClick={addRule}>{t('table.add_rule')}</VerbButton>
          <VerbButton onClick={addInput}>{t('table.add_test')}</VerbButton>
        </div>
      )}
      <p className="tz-caption">{t('table.feel_help')}</p>
    </section>
  )
}

/** A note needs its column in every rule. Pure. */
function withNote(table: JsonObject, line: number, text: string): unknown {
  const named =
    textsAt(table, ['table', 'annotations']).length > 0 ? table : put(table, ['table', 'annotations'], ['note'])
  const rules = listAt(named, ['table', 'rules']).map((rule, index) => ({
    ...rule,
    annotations: [index === line ? text : textAt(rule, ['annotations', 0])],
  }))
  return put(named, ['table', 'rules'], rules)
}

function Cell(props: {
  readonly label: string
  readonly value: string
  readonly readOnly: boolean
  readonly onChange: (text: string) => void
}) {
  return (
    <Input
      size="small"
      variant="borderless"
      className="services-cell"
      spellCheck={false}
      aria-label={props.label}
      readOnly={props.readOnly}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    />
  )
}
