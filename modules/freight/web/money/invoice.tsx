import './money.css'
import {
  formatMoney,
  FormBox,
  PlainTable,
  useCommand,
  useOpenForm,
  useText,
  VerbButton,
  When,
  ScaledInput,
  TextItem,
} from '@tingzhou/ui'
import { Form, Input } from 'antd'
import { api } from '../api.ts'
import type { StatementDetail } from './api.ts'
import { linesSum, leftToInvoice, type LineValues } from './invoice-lines.ts'
import { inYuan } from './refusals.ts'

const linesMax = 50

/** Invoices that were asked for, and what may still be. */
export function Invoices({ statement }: { readonly statement: StatementDetail }) {
  const t = useText('freight')
  const left = leftToInvoice(statement)
  return (
    <>
      <PlainTable
        name={t('invoice.title')}
        empty={t(statement.state === 'confirmed' ? 'invoice.none' : 'invoice.not_yet')}
        head={[t('invoice.name'), t('invoice.tax_number'), t('invoice.lines'), t('invoice.sum'), t('invoice.asked')]}
        rows={statement.invoices.map((invoice) => ({
          key: invoice.id,
          cells: [
            invoice.title,
            <span key="number" className="tz-mono">
              {invoice.taxNumber}
            </span>,
            <span key="lines" className="freight-wrap">
              {invoice.lines
                .map(({ name, vatBp, netFen, taxFen }) =>
                  t('invoice.line_of', {
                    name,
                    rate: String(vatBp / 100),
                    net: formatMoney(netFen),
                    tax: formatMoney(taxFen),
                  }),
                )
                .join(t('comma'))}
            </span>,
            formatMoney(invoice.netFen + invoice.taxFen),
            <span key="asked">
              {invoice.by} · <When at={invoice.at} />
            </span>,
          ],
        }))}
      />
      {statement.state === 'confirmed' && (
        <p className="tz-second">
          {t('invoice.left', { net: formatMoney(left.netFen), tax: formatMoney(left.taxFen) })}
        </p>
      )}
    </>
  )
}

type Values = { readonly title: string; readonly taxNumber: string; readonly lines: readonly LineValues[] }
type Input = Parameters<typeof api.statements.requestInvoice.call>[0]

/** Asks for an invoice of the statement, or of a part of it. */
export function AskInvoice({ statement }: { readonly statement: StatementDetail }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const [form] = Form.useForm<Values>()
  const left = leftToInvoice(statement)
  const command = useCommand({
    run: inYuan(api.statements.requestInvoice.call, (sum) => t('invoice.most', { sum })),
    invalidate: [api.statements.key()],
    success: t('invoice.was_asked'),
  })
  const lines = Form.useWatch('lines', form) ?? []
  return (
    <FormBox<Values, Input, { readonly id: string }>
      form={form}
      initial={{ title: statement.shipper.name, lines: [{ name: t('invoice.first_line'), ...left }] }}
      command={command}
      toInput={({ title, taxNumber, lines: asked }) => ({
        id: statement.id,
        title,
        taxNumber: taxNumber.trim(),
        lines: asked.map(({ name, vatBp, netFen, taxFen }) => ({
          name,
          vatBp: vatBp ?? 0,
          netFen: netFen ?? 0,
          taxFen: taxFen ?? 0,
        })),
      })}
      // The sum is refused, not a line: it is said at the first.
      fieldNames={{ 'lines.netFen': 'lines.0.netFen', 'lines.taxFen': 'lines.0.taxFen' }}
      reason={left.netFen <= 0 && left.taxFen <= 0 ? t('reason.all_invoiced') : null}
      submit={t('invoice.ask')}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{t('invoice.left', { net: formatMoney(left.netFen), tax: formatMoney(left.taxFen) })}</p>
      <TextItem name="title" label={t('invoice.name')} max={140} required />
      <TextItem name="taxNumber" label={t('invoice.tax_number')} max={20} required />
      <Form.List name="lines">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }) => (
              <Line key={key} at={name} remove={fields.length > 1 ? () => remove(name) : null} />
            ))}
            <p>
              <VerbButton onClick={() => add({})} reason={fields.length < linesMax ? null : t('reason.lines_max')}>
                {t('invoice.add_line')}
              </VerbButton>
            </p>
          </>
        )}
      </Form.List>
      <p role="status">{t('invoice.total', { sum: formatMoney(linesSum(lines)) })}</p>
    </FormBox>
  )
}

function Line({ at, remove }: { readonly at: number; readonly remove: (() => void) | null }) {
  const t = useText('freight')
  const scaled = (name: 'vatBp' | 'netFen' | 'taxFen', unit: string, max: number) => (
    <Form.Item
      name={[at, name]}
      label={t(`invoice.${name}`)}
      required
      rules={[
        {
          validator: async (_, value: number | null | undefined) => {
            if (value === null || value === undefined) throw new Error(t('rule.say', { label: t(`invoice.${name}`) }))
            if (!Number.isSafeInteger(value) || value < 0 || value > max) throw new Error(t('rule.decimals', { n: 2 }))
          },
        },
      ]}
    >
      <ScaledInput scale={2} unit={unit} />
    </Form.Item>
  )
  return (
    <div className="freight-invoice-line" role="group" aria-label={t('invoice.line', { n: at + 1 })}>
      <Form.Item
        name={[at, 'name']}
        label={t('invoice.what')}
        rules={[{ required: true, message: t('rule.say', { label: t('invoice.what') }) }]}
      >
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <div className="freight-pair">
        {scaled('vatBp', '%', 10_000)}
        {scaled('netFen', t('unit.yuan'), Number.MAX_SAFE_INTEGER)}
        {scaled('taxFen', t('unit.yuan'), Number.MAX_SAFE_INTEGER)}
      </div>
      {remove && (
        <VerbButton size="small" onClick={remove}>
          {t('invoice.remove_line')}
        </VerbButton>
      )}
    </div>
  )
}
