import '../deal/deal.css'
import { useQuery } from '@tanstack/react-query'
import {
  ChoiceItem,
  DayItem,
  FlagItem,
  FormPage,
  ManyChoices,
  PickItem,
  TextItem,
  useCommand,
  useMe,
  useText,
  WholeItem,
  zoneNow,
  zoneToday,
} from '@tingzhou/ui'
import { Button, Form } from 'antd'
import { useNavigate, useSearchParams } from 'react-router'
import { linesMax, openDaysMax } from '../../rfq/words.ts'
import { api } from '../api.ts'
import { findProducts, productName } from '../posting/finding.ts'
import { firmsOf } from '../posting/rights.ts'
import { useDeals } from '../deal/surface.ts'

type Line = {
  readonly productCode?: string
  readonly spec?: string
  readonly quantity?: string
  readonly neededBy?: string | null
}
type Values = {
  readonly askerId?: string
  readonly title?: string
  readonly words?: string
  readonly days?: number
  readonly isSealed?: boolean
  readonly lines?: readonly (Line | undefined)[]
  readonly firmIds?: readonly string[]
}
type Input = Omit<Parameters<typeof api.rfqs.ask.call>[0], 'commandId'>
type Asked = Awaited<ReturnType<typeof api.rfqs.ask.call>>

const [daysAtFirst, dayMs] = [5, 86_400_000]

/** How long it stays open at first: no longer than until the goods are needed. */
function daysOpen(neededBy: string | null): number {
  if (!neededBy) return daysAtFirst
  const left = Math.round((Date.parse(neededBy) - Date.parse(zoneToday())) / dayMs)
  return left >= 1 ? Math.min(left, daysAtFirst) : daysAtFirst
}

/** Asks all suppliers of a product, or those that are chosen. */
export function RfqNew() {
  const t = useText('market')
  const me = useMe()
  const at = useDeals()
  const navigate = useNavigate()
  const [query] = useSearchParams()
  const own = firmsOf(me)
  const command = useCommand({ run: api.rfqs.ask.call, invalidate: [api.rfqs.key()], success: t('rfq.asked_done') })
  const product = query.get('product')
  const asker = own.find(({ id }) => id === query.get('asker')) ?? own[0]
  const first: Line = {
    ...(product ? { productCode: product } : {}),
    spec: query.get('spec') ?? '',
    quantity: query.get('quantity') ?? '',
    neededBy: query.get('neededBy'),
  }
  return (
    <FormPage<Values, Input, Asked>
      title={t('rfq.ask')}
      initial={{
        ...(asker ? { askerId: asker.id } : {}),
        days: daysOpen(query.get('neededBy')),
        isSealed: true,
        lines: [first],
        title: query.get('title') ?? '',
      }}
      command={command}
      reason={own.length > 0 ? null : t('rfq.reason.firms')}
      toInput={(values) => ({
        askerId: values.askerId ?? '',
        title: values.title ?? '',
        words: values.words ?? '',
        lines: (values.lines ?? []).map((line) => ({
          productCode: line?.productCode ?? '',
          spec: line?.spec ?? '',
          quantity: line?.quantity ?? '',
          neededBy: line?.neededBy || null,
        })),
        closesAt: zoneNow() + (values.days ?? daysAtFirst) * dayMs,
        isSealed: values.isSealed ?? false,
        firmIds: values.firmIds && values.firmIds.length > 0 ? [...values.firmIds] : null,
      })}
      submit={t('rfq.ask')}
      done={({ id }) => void navigate(at.rfq(id))}
    >
      {own.length > 1 && (
        <ChoiceItem
          name="askerId"
          label={t('rfq.asker')}
          options={own.map(({ id, name }) => ({ value: id, label: name }))}
          required
        />
      )}
      <TextItem name="title" label={t('rfq.subject')} max={120} required />
      <Form.List name="lines">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }) => (
              <fieldset key={key} className="market-answer-line">
                <legend>{t('rfq.line', { n: name + 1 })}</legend>
                <LineItems name={name} />
                {fields.length > 1 && <Button onClick={() => remove(name)}>{t('rfq.remove_line')}</Button>}
              </fieldset>
            ))}
            <Button className="market-add-line" onClick={() => add({})} disabled={fields.length >= linesMax}>
              {t('rfq.add_line')}
            </Button>
          </>
        )}
      </Form.List>
      <Suppliers />
      <WholeItem name="days" label={t('rfq.days')} max={openDaysMax} required />
      <FlagItem name="isSealed" label={t('rfq.sealed')} extra={t('rfq.sealed_hint')} />
      <TextItem name="words" label={t('rfq.words')} max={2_000} rows={4} />
    </FormPage>
  )
}

function LineItems({ name }: { readonly name: number }) {
  const t = useText('market')
  const [query] = useSearchParams()
  const given = query.get('product')
  // Items of a list stand under its own name.
  return (
    <>
      <PickItem
        name={[name, 'productCode']}
        label={t('rfq.product')}
        among={['products', given ?? '']}
        find={(q, signal) => (q === '' && given ? nameGiven(given) : findProducts(q, signal))}
        required
      />
      <TextItem name={[name, 'spec']} label={t('rfq.spec')} max={200} />
      <TextItem name={[name, 'quantity']} label={t('deal.quantity')} max={60} required extra={t('rfq.quantity_hint')} />
      <DayItem name={[name, 'neededBy']} label={t('rfq.needed_by')} />
    </>
  )
}

/** The product that the address holds, by its name. */
const nameGiven = async (value: string) => [{ value, label: await productName(value) }]

/** Who is known to supply what the lines name; nobody chosen: all of them. */
function Suppliers() {
  const t = useText('market')
  const form = Form.useFormInstance<Values>()
  const lines = Form.useWatch('lines', form)
  const askerId = Form.useWatch('askerId', { form, preserve: true })
  const codes = [...new Set((lines ?? []).flatMap((line) => (line?.productCode ? [line.productCode] : [])))]
  const query = useQuery({
    ...api.rfqs.suppliers.queryOptions({ input: { productCodes: codes, askerId: askerId ?? '' } }),
    enabled: codes.length > 0 && askerId !== undefined,
  })
  const rows = query.data?.rows ?? []
  return (
    <Form.Item
      name="firmIds"
      label={t('rfq.suppliers')}
      extra={
        codes.length === 0
          ? t('rfq.suppliers_first')
          : rows.length === 0
            ? t('rfq.suppliers_none')
            : t('rfq.suppliers_all', { n: rows.length })
      }
    >
      <ManyChoices
        options={rows.map(({ firm, knownBy }) => ({
          value: firm.id,
          label: `${firm.name}（${knownBy.map((by) => t(`rfq.known.${by}`)).join(' · ')}）`,
        }))}
      />
    </Form.Item>
  )
}
