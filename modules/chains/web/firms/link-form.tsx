import {
  ChoiceItem,
  DayItem,
  FlagItem,
  FormBox,
  ScaledItem,
  TextItem,
  unitWord,
  useCommand,
  useOpenForm,
  useText,
} from '@tingzhou/ui'
import { kmMax, rateFenMax, sourceMax } from '../../economy/limits.ts'
import { modes, type Mode } from '../../words.ts'
import { api } from '../api.ts'
import { ProductItem } from '../catalogue/parts.tsx'
import type { Link, Saved } from './api.ts'
import { amountOf, FirmItem, lastYear, typed, VolumeItem, WhyItem, YearItem } from './items.tsx'

type LinkValues = {
  readonly sellerId?: string
  readonly buyerId?: string
  readonly productCode?: string
  readonly year?: number
  readonly volumeText?: string
  readonly priceFen?: number | null
  readonly distanceDm?: number | null
  readonly mode?: Mode
  readonly rateFen?: number | null
  readonly isContract?: boolean
  readonly source?: string
  readonly asOf?: string
  readonly why?: string
}
const linkFields = { volume: 'volumeText', distanceKm: 'distanceDm' }

const linkInput = (values: LinkValues) => ({
  volumeText: amountOf(values.volumeText),
  ...(values.priceFen === null || values.priceFen === undefined ? {} : { priceFen: values.priceFen }),
  distanceKm: values.distanceDm === null || values.distanceDm === undefined ? null : values.distanceDm / 10,
  mode: values.mode ?? 'road',
  rateFen: values.rateFen ?? null,
  isContract: values.isContract ?? false,
  source: values.source ?? '',
  asOf: values.asOf ?? '',
})

function LinkItems({ hidden = false }: { readonly hidden?: boolean }) {
  const t = useText('chains')
  return (
    <>
      {hidden && <p className="tz-second">{t('firms.hidden_hint')}</p>}
      <div className="chain-firm-pair">
        <VolumeItem name="volumeText" label={t('firms.volume')} required={!hidden} />
        <ScaledItem name="priceFen" label={t('firms.price')} scale={2} unit={t('firms.yuan')} required={!hidden} />
        <ScaledItem
          name="distanceDm"
          label={t('firms.distance')}
          scale={1}
          unit={unitWord('km')}
          max={kmMax * 10}
          extra={t('firms.distance_hint')}
        />
        <ChoiceItem
          name="mode"
          label={t('firms.mode')}
          options={modes.map((value) => ({ value, label: t(`firms.modes.${value}`) }))}
        />
        <ScaledItem
          name="rateFen"
          label={t('firms.rate')}
          scale={2}
          unit={t('firms.rate_unit')}
          max={rateFenMax}
          extra={t('firms.rate_hint')}
        />
        <DayItem name="asOf" label={t('firms.as_of')} required />
      </div>
      <FlagItem name="isContract" label={t('firms.contract')} />
      <TextItem name="source" label={t('firms.source')} max={sourceMax} />
    </>
  )
}

/** Enters what a firm bought from another. */
export function EnterLink({
  sellerId,
  buyerId,
}: {
  readonly sellerId?: string | undefined
  readonly buyerId?: string | undefined
}) {
  const t = useText('chains')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.links.create.call,
    invalidate: [api.links.key(), api.firms.key()],
    success: t('firms.saved'),
  })
  return (
    <FormBox<LinkValues, Parameters<typeof api.links.create.call>[0], Saved>
      initial={{ year: lastYear(), mode: 'road', ...(sellerId ? { sellerId } : {}), ...(buyerId ? { buyerId } : {}) }}
      command={command}
      fieldNames={linkFields}
      toInput={(values) => ({
        ...linkInput(values),
        sellerId: values.sellerId ?? '',
        buyerId: values.buyerId ?? '',
        productCode: values.productCode ?? '',
        year: values.year ?? 0,
      })}
      submit={t('firms.enter_link')}
      done={close}
      onCancel={close}
    >
      {sellerId === undefined && <FirmItem name="sellerId" label={t('firms.seller')} required />}
      {buyerId === undefined && <FirmItem name="buyerId" label={t('firms.buyer')} required />}
      <ProductItem name="productCode" label={t('firms.product')} required />
      <YearItem />
      <LinkItems />
    </FormBox>
  )
}

/** Changes a link; who does not see volume and price leaves both as they are, or enters both anew. */
export function ChangeLink({ link }: { readonly link: Link }) {
  const t = useText('chains')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.links.change.call,
    invalidate: [api.links.key(), api.firms.key()],
    success: t('firms.saved'),
  })
  return (
    <FormBox<LinkValues, Parameters<typeof api.links.change.call>[0], Saved>
      initial={{
        ...(link.volume === null ? {} : { volumeText: typed(link.volume, link.product.unit) }),
        ...(link.priceFen === null ? {} : { priceFen: link.priceFen }),
        ...(link.isEstimate ? {} : { distanceDm: Math.round(link.distanceKm * 10) }),
        mode: link.mode,
        rateFen: Math.round(link.rateFen),
        isContract: link.isContract,
        source: link.source,
        asOf: link.asOf,
      }}
      command={command}
      fieldNames={linkFields}
      toInput={(values) => ({ ...linkInput(values), id: link.id, rev: link.rev, why: values.why ?? '' })}
      submit={t('firms.save')}
      done={close}
      onCancel={close}
    >
      <LinkItems hidden={link.isHidden} />
      <WhyItem />
    </FormBox>
  )
}
