import {
  FormBox,
  OpenFormButton,
  PlainTable,
  useCommand,
  useMe,
  useOpenForm,
  useText,
  zoneToday,
  DayItem,
  ScaledItem,
  TextItem,
} from '@tingzhou/ui'
import { Form, Radio } from 'antd'
import { measures, type Measure } from '../../words.ts'
import { api, type Done } from '../api.ts'
import { CodeItem } from '../fields.tsx'
import type { ContractDetail } from './api.ts'
import { PlacePick } from './pickers.tsx'
import { mayDeal } from './rights.ts'
import { priceScale } from './scaled.ts'
import { Price } from './tags.tsx'

type Props = { readonly contract: ContractDetail }

/** The prices of a contract, the latest first; a price is not changed but ended, and another begins. */
export function Prices({ contract }: Props) {
  const t = useText('freight')
  const me = useMe()
  const refused = mayDeal(me) ? null : t('reason.deal')
  const today = zoneToday()
  const seesCarrier = contract.prices.some(({ carrierMilliFen }) => carrierMilliFen !== null)
  return (
    <PlainTable
      name={t('framework.prices')}
      empty={t('framework.no_prices')}
      head={[
        t('load.lane'),
        t('load.shipperPrice'),
        ...(seesCarrier ? [t('load.carrierPrice')] : []),
        t('load.goodsPrice'),
        t('framework.days'),
        ...(mayDeal(me) ? [t('field.verbs')] : []),
      ]}
      rows={contract.prices.map((price) => ({
        key: price.id,
        cells: [
          `${price.goods} · ${price.from.name} → ${price.to.name}`,
          <Price key="shipper" value={price.shipperMilliFen} measure={price.measure} />,
          ...(seesCarrier ? [<Price key="carrier" value={price.carrierMilliFen} measure={price.measure} />] : []),
          <Price key="goods" value={price.goodsMilliFen === 0 ? null : price.goodsMilliFen} measure="ton" />,
          `${price.startsOn} – ${price.endsOn}`,
          ...(mayDeal(me)
            ? [
                <OpenFormButton
                  key="verb"
                  name="end_price"
                  item={price.id}
                  size="small"
                  reason={price.endsOn < today ? t('reason.price_over') : refused}
                >
                  {t('framework.end_price')}
                </OpenFormButton>,
              ]
            : []),
        ],
      }))}
    />
  )
}

type Values = {
  readonly goods: string
  readonly cargoClass: string
  readonly fromId: string
  readonly toId: string
  readonly measure: Measure
  readonly carrierMilliFen: number
  readonly shipperMilliFen: number
  readonly goodsMilliFen?: number | null
  readonly startsOn: string
  readonly endsOn?: string | null
}

export function AddPrice({ contract }: Props) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const [form] = Form.useForm<Values>()
  const measure = Form.useWatch('measure', form) ?? 'ton'
  const command = useCommand({
    run: api.contracts.addPrice.call,
    invalidate: [api.contracts.key()],
    success: t('saved'),
  })
  const today = zoneToday()
  return (
    <FormBox<Values, Parameters<typeof api.contracts.addPrice.call>[0], Done>
      form={form}
      initial={{ measure: 'ton', startsOn: today > contract.signedOn ? today : contract.signedOn }}
      command={command}
      toInput={(values) => ({
        ...values,
        goodsMilliFen: values.goodsMilliFen ?? 0,
        endsOn: values.endsOn ?? null,
        id: contract.id,
      })}
      submit={t('framework.add_price')}
      done={close}
      onCancel={close}
    >
      <TextItem name="goods" label={t('field.goods')} max={512} required />
      <CodeItem name="cargoClass" label={t('field.cargoClass')} table="cargo-class" required />
      <PlacePick name="fromId" label={t('field.from')} shipperId={contract.shipper.id} required />
      <PlacePick name="toId" label={t('field.to')} shipperId={contract.shipper.id} required />
      <Form.Item name="measure" label={t('load.measure')}>
        <Radio.Group options={measures.map((value) => ({ value, label: t(`measure.${value}`) }))} />
      </Form.Item>
      <ScaledItem
        name="shipperMilliFen"
        label={t('load.shipperPrice')}
        scale={priceScale}
        unit={t(`yuan_per.${measure}`)}
        required
      />
      <ScaledItem
        name="carrierMilliFen"
        label={t('load.carrierPrice')}
        scale={priceScale}
        unit={t(`yuan_per.${measure}`)}
        required
      />
      <ScaledItem
        name="goodsMilliFen"
        label={t('load.goodsPrice')}
        scale={priceScale}
        unit={t('yuan_per.ton')}
        extra={t('framework.goods_extra')}
      />
      <div className="freight-pair">
        <DayItem name="startsOn" label={t('framework.startsOn')} required />
        <DayItem name="endsOn" label={t('framework.endsOn')} extra={t('framework.endsOn_extra')} />
      </div>
    </FormBox>
  )
}

export function EndPrice({ contract }: Props) {
  const t = useText('freight')
  const { item, close } = useOpenForm()
  const command = useCommand({
    run: api.contracts.endPrice.call,
    invalidate: [api.contracts.key()],
    success: t('saved'),
  })
  return (
    <FormBox<{ readonly endsOn: string; readonly why: string }, Parameters<typeof api.contracts.endPrice.call>[0], Done>
      initial={{ endsOn: zoneToday() }}
      command={command}
      toInput={({ endsOn, why }) => ({ endsOn, why, id: contract.id, priceId: item ?? '' })}
      submit={t('framework.end_price')}
      done={close}
      onCancel={close}
    >
      <DayItem name="endsOn" label={t('driving.last_day')} required />
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
