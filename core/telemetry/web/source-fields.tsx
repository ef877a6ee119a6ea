import { ApiProblem, NumberField, useText, type Command } from '@tingzhou/ui'
import { Form, Input, Select, type FormInstance } from 'antd'
import { flushSync } from 'react-dom'
import { OpcuaSource, type CalledProtocol } from '../source-contract.ts'
import './machines.css'
import { faultsOf, pointsMax, withSaid } from './machine-faults.ts'
import { sentRows, type PointRow } from './machine-rows.ts'
import { securities, type SourceValues } from './machine-source.ts'
import { PointRows } from './point-rows.tsx'

/** A form with these fields holds a machine under this name. */
type WithSource = { readonly source: SourceValues }

/** What the server calls otherwise than the form. */
export const sourceNames = { 'source.everyMs': 'source.everyS' } as const

const rowsPath = ['source', 'points'] as const

/** Where a machine is, how it is asked, and the table of its points. */
export function SourceFields({ protocol }: { readonly protocol: CalledProtocol }) {
  const t = useText('telemetry')
  const form = Form.useFormInstance<WithSource>()
  const markAll = (rows: readonly PointRow[]) =>
    form.setFieldValue(
      [...rowsPath],
      rows.map((row) => (row.isChecked ? row : { ...row, isChecked: true })),
    )
  const check = (rows: readonly PointRow[]): Promise<void> => {
    const n = sentRows(rows).length
    if (n === 0) return Promise.reject(new Error(t('machine.rows_none')))
    if (n > pointsMax) return Promise.reject(new Error(t('machine.rows_too_many', { max: pointsMax, n })))
    const faults = faultsOf(protocol, rows)
    if (faults.size === 0) return Promise.resolve()
    markAll(rows)
    return Promise.reject(new Error(t('machine.rows_refused', { n: faults.size })))
  }
  return (
    <>
      <fieldset className="tz-form-part tz-form-grid">
        <legend>{t('machine.where')}</legend>
        {protocol === 'modbus' ? <ModbusFields /> : <OpcuaFields />}
        <Form.Item
          name={['source', 'everyS']}
          label={t('machine.everyS')}
          rules={[{ required: true, type: 'number', min: 0.1, max: 3_600, message: t('machine.every_rule') }]}
        >
          <NumberField inputMode="decimal" step={1} />
        </Form.Item>
      </fieldset>
      <fieldset className="tz-form-part">
        <legend>{t('machine.points')}</legend>
        <p className="tz-second">{t(protocol === 'modbus' ? 'machine.points_hint' : 'machine.points_hint_opcua')}</p>
        <Form.Item
          name={[...rowsPath]}
          validateTrigger={[]}
          rules={[{ validator: (_, rows: readonly PointRow[]) => check(rows) }]}
        >
          <PointRows protocol={protocol} onChange={() => form.setFields([{ name: [...rowsPath], errors: [] }])} />
        </Form.Item>
      </fieldset>
    </>
  )
}

function ModbusFields() {
  const t = useText('telemetry')
  const whole = (name: 'port' | 'unit', min: number, max: number) => (
    <Form.Item
      name={['source', name]}
      label={t(`machine.${name}`)}
      {...(name === 'unit' ? { extra: t('machine.unit_hint') } : {})}
      rules={[{ required: true, type: 'integer', min, max, message: t('set_value.rule', { low: min, high: max }) }]}
    >
      <NumberField inputMode="numeric" />
    </Form.Item>
  )
  return (
    <>
      <Form.Item
        name={['source', 'host']}
        label={t('machine.host')}
        rules={[
          { required: true, pattern: /^\s*(?![^:]*:\d+\s*$)[\w.:-]{1,253}\s*$/, message: t('machine.host_rule') },
        ]}
      >
        <Input maxLength={253} autoComplete="off" spellCheck={false} placeholder="192.168.1.10" />
      </Form.Item>
      {whole('port', 1, 65_535)}
      {whole('unit', 0, 255)}
    </>
  )
}

function OpcuaFields() {
  const t = useText('telemetry')
  const check = (url = ''): Promise<void> =>
    OpcuaSource.shape.url.safeParse(url.trim()).success
      ? Promise.resolve()
      : Promise.reject(new Error(t('machine.url_rule')))
  return (
    <>
      <Form.Item
        name={['source', 'url']}
        label={t('machine.url')}
        rules={[{ required: true, validator: (_, url: string | undefined) => check(url) }]}
      >
        <Input maxLength={500} autoComplete="off" spellCheck={false} placeholder="opc.tcp://192.168.1.10:4840" />
      </Form.Item>
      <Form.Item name={['source', 'security']} label={t('machine.security')}>
        <Select options={securities.map((value) => ({ value, label: t(`machine.security_of.${value}`) }))} />
      </Form.Item>
      <Form.Item name={['source', 'username']} label={t('machine.username')} extra={t('machine.username_hint')}>
        <Input maxLength={200} autoComplete="off" spellCheck={false} />
      </Form.Item>
    </>
  )
}

/** A command whose refusals of points are said at their cells, and in one line at the table. */
export function useCellProblems<I, O>(
  protocol: CalledProtocol | null,
  form: Pick<FormInstance<WithSource>, 'getFieldValue' | 'setFieldValue'>,
  command: Command<I, O>,
): Command<I, O> {
  const t = useText('telemetry')
  return {
    ...command,
    attempt: async (input) => {
      const outcome = await command.attempt(input)
      if (outcome.ok || protocol === null) return outcome
      const { problem } = outcome
      const { rows, placed } = withSaid(protocol, form.getFieldValue([...rowsPath]), problem.errors)
      if (placed === 0) return outcome
      // Drawn before the form goes to the first field that something is said of.
      flushSync(() => form.setFieldValue([...rowsPath], rows))
      const others = problem.errors.filter(({ field }) => !field.startsWith('source.points.'))
      const line = { field: 'source.points', message: t('machine.rows_said', { n: placed }) }
      const { code, status, message, data } = problem
      return {
        ok: false,
        problem: new ApiProblem(code, { status, message, data: { ...data, errors: [...others, line] } }),
      }
    },
  }
}
