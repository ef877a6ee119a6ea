import { DayItem, FormBox, TextItem, useCommand, useOpenForm, useText } from '@tingzhou/ui'
import { api } from '../api.ts'
import { ProductItem } from '../catalogue/parts.tsx'
import type { Demand, Saved } from './api.ts'
import { amountOf, lastYear, typed, VolumeItem, WhyItem, YearItem } from './items.tsx'

type DemandValues = {
  readonly productCode?: string
  readonly year?: number
  readonly volumeText?: string
  readonly source?: string
  readonly asOf?: string
  readonly why?: string
}
const demandInput = (values: DemandValues) => ({
  volumeText: amountOf(values.volumeText),
  source: values.source ?? '',
  asOf: values.asOf ?? '',
})

function DemandItems() {
  const t = useText('chains')
  return (
    <>
      <VolumeItem name="volumeText" label={t('firms.demand_volume')} required />
      <TextItem name="source" label={t('firms.source')} max={300} />
      <DayItem name="asOf" label={t('firms.as_of')} required />
    </>
  )
}

/** Enters a final demand. */
export function EnterDemand() {
  const t = useText('chains')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.demands.create.call,
    invalidate: [api.demands.key()],
    success: t('firms.saved'),
  })
  return (
    <FormBox<DemandValues, Parameters<typeof api.demands.create.call>[0], Saved>
      initial={{ year: lastYear() }}
      command={command}
      fieldNames={{ volume: 'volumeText' }}
      toInput={(values) => ({
        ...demandInput(values),
        productCode: values.productCode ?? '',
        year: values.year ?? 0,
      })}
      submit={t('firms.enter_demand')}
      done={close}
      onCancel={close}
    >
      <ProductItem name="productCode" label={t('firms.product')} required />
      <YearItem />
      <DemandItems />
    </FormBox>
  )
}

/** Changes a final demand. */
export function ChangeDemand({ demand }: { readonly demand: Demand }) {
  const t = useText('chains')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.demands.change.call,
    invalidate: [api.demands.key()],
    success: t('firms.saved'),
  })
  return (
    <FormBox<DemandValues, Parameters<typeof api.demands.change.call>[0], Saved>
      initial={{ volumeText: typed(demand.volume, demand.product.unit), source: demand.source, asOf: demand.asOf }}
      command={command}
      fieldNames={{ volume: 'volumeText' }}
      toInput={(values) => ({ ...demandInput(values), id: demand.id, rev: demand.rev, why: values.why ?? '' })}
      submit={t('firms.save')}
      done={close}
      onCancel={close}
    >
      <DemandItems />
      <WhyItem />
    </FormBox>
  )
}
