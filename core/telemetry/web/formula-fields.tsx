import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { formatNumber, ProblemAlert, useText } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { AutoComplete, Button, Form, Input, Tag, Tooltip } from 'antd'
import { useEffect, useState } from 'react'
import { formulaRule, isSameFormula, type Formula } from '../formula.ts'
import { api } from './api.ts'
import { formulaWords } from './formula-words.ts'

/** A formula as a form holds it. */
export type FormulaValues = {
  readonly expression?: string | null
  readonly inputs?: readonly ({ readonly name?: string; readonly point?: string } | undefined)[]
}

/** A formula as a form holds it. Pure. */
export const valuesOfFormula = (formula: Formula | null): FormulaValues => ({
  expression: formula?.expression ?? '',
  inputs: formula?.inputs ?? [],
})

/** What a form holds, as it is sent; null where no expression stands. Pure. */
export function formulaOfValues({ expression, inputs }: FormulaValues): Formula | null {
  if (!expression?.trim()) return null
  return {
    expression: expression.trim(),
    inputs: (inputs ?? []).map((input) => ({ name: input?.name?.trim() ?? '', point: input?.point?.trim() ?? '' })),
  }
}

/** Where the server calls a field of a formula otherwise than the form. */
export const formulaNames = (before: string): Readonly<Record<string, string>> => ({
  [`${before}formula.expression`]: 'expression',
  [`${before}formula.inputs`]: 'expression',
  [`${before}formula`]: 'expression',
  ...Object.fromEntries(
    Array.from({ length: formulaRule.inputsMax }, (_, index) => index).flatMap((index) =>
      ['name', 'point'].map((part) => [`${before}formula.inputs.${index}.${part}`, `inputs.${index}.${part}`]),
    ),
  ),
})

/**
 * What a point is computed by. Inside a form.
 * @param point  the point; null: an entry of a type, of which there may be many
 * @param siblings  last parts of codes of the same equipment, to choose from
 */
export function FormulaFields(props: { readonly point: number | null; readonly siblings: readonly string[] }) {
  const t = useText('telemetry')
  const expression = Form.useWatch<string | null | undefined>('expression')
  const isComputed = Boolean(expression?.trim())
  return (
    <fieldset className="tz-formula">
      <legend>{t('formula.title')}</legend>
      <Form.Item name="expression" label={t('formula.expression')} extra={t('formula.expression_hint')}>
        <Input.TextArea
          className="tz-mono"
          autoSize={{ minRows: 2, maxRows: 8 }}
          maxLength={formulaRule.lengthMax}
          spellCheck={false}
        />
      </Form.Item>
      {isComputed && <InputRows siblings={props.siblings} />}
      {isComputed && <FormulaCheck point={props.point} />}
    </fieldset>
  )
}

function InputRows({ siblings }: { readonly siblings: readonly string[] }) {
  const t = useText('telemetry')
  const options = siblings.map((value) => ({ value }))
  return (
    <Form.List name="inputs" rules={[{ validator: atLeastOne(t('formula.inputs_rule')) }]}>
      {(fields, { add, remove }, { errors }) => (
        <>
          {fields.map(({ key, name }, index) => (
            <div key={key} className="tz-formula-input">
              <Form.Item
                name={[name, 'name']}
                label={t('formula.name', { n: index + 1 })}
                rules={[{ required: true, pattern: formulaRule.name, message: t('formula.name_rule') }]}
              >
                <Input className="tz-mono" maxLength={40} autoComplete="off" spellCheck={false} />
              </Form.Item>
              <Form.Item
                name={[name, 'point']}
                label={t('formula.point', { n: index + 1 })}
                rules={[{ required: true, whitespace: true, message: t('formula.point_rule') }]}
              >
                <AutoComplete options={options} showSearch={{ filterOption: startsAlike }} maxLength={200} />
              </Form.Item>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('formula.remove', { n: index + 1 })}
                onClick={() => remove(name)}
              />
            </div>
          ))}
          <Form.ErrorList errors={errors} />
          {fields.length < formulaRule.inputsMax && (
            <Button type="dashed" block icon={<PlusOutlined />} onClick={() => add({})}>
              {t('formula.add')}
            </Button>
          )}
        </>
      )}
    </Form.List>
  )
}

const startsAlike = (words: string, option?: { readonly value: string }): boolean =>
  option?.value.toUpperCase().startsWith(words.toUpperCase()) ?? false

const atLeastOne = (message: string) => async (_: unknown, inputs: unknown) => {
  if (!Array.isArray(inputs) || inputs.length === 0) throw new Error(message)
}

const settledMs = 400

/** Whether what is written can be computed, and what it gives by the values of now. */
function FormulaCheck({ point }: { readonly point: number | null }) {
  const t = useText('telemetry')
  const form = Form.useFormInstance<FormulaValues>()
  const expression = Form.useWatch('expression', form)
  const inputs = Form.useWatch('inputs', form)
  const formula = useSettled(formulaOfValues({ expression: expression ?? null, inputs: inputs ?? [] }))
  const isWhole = formula !== null && formula.inputs.length > 0 && formula.inputs.every(isWritten)
  const asked = useQuery({
    ...api.checkFormula.queryOptions({ input: { formula: formula ?? nothing, point } }),
    enabled: isWhole,
    retry: false,
  })
  if (!isWhole) return <p className="tz-second">{t('formula.unfinished')}</p>
  if (asked.isError) return <ProblemAlert problem={asked.error} fields={false} />
  return (
    <p className="tz-second" role="status">
      {asked.data ? verdict(asked.data.value, point, t) : t('formula.checking')}
    </p>
  )
}

const nothing = { expression: '', inputs: [] }
const isWritten = ({ name, point }: Formula['inputs'][number]): boolean =>
  formulaRule.name.test(name) && /^[A-Za-z0-9][\w.-]*$/.test(point)

function verdict(value: number | null, point: number | null, t: ReturnType<typeof useText>): string {
  if (point === null) return t('formula.right')
  return value === null ? t('formula.right_no_value') : t('formula.right_value', { value: formatNumber(value) })
}

/** A formula once nobody has written for a moment. */
function useSettled(formula: Formula | null): Formula | null {
  const [settled, setSettled] = useState(formula)
  useEffect(() => {
    if (isSameFormula(settled, formula)) return undefined
    const timer = setTimeout(() => setSettled(formula), settledMs)
    return () => clearTimeout(timer)
  })
  return settled
}

/** Marks a point that is computed; what it is computed by is told where it is pointed at or focused, and read aloud. */
export function ComputedTag({ formula }: { readonly formula: Formula | null }) {
  const t = useText('telemetry')
  if (!formula) return null
  const words = formulaWords(formula)
  return (
    <Tooltip title={<span className="tz-mono">{words}</span>} trigger={['hover', 'focus']}>
      <Tag tabIndex={0} role="note" className="tz-formula-tag" aria-label={t('formula.tag_of', { formula: words })}>
        {t('formula.tag')}
      </Tag>
    </Tooltip>
  )
}
