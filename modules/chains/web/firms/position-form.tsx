import { ChoiceItem, DayItem, FlagItem, FormBox, TextItem, useCommand, useOpenForm, useText } from '@tingzhou/ui'
import { positionRoles, type PositionRole } from '../../words.ts'
import { api } from '../api.ts'
import { ProductItem } from '../catalogue/parts.tsx'
import type { Position } from './api.ts'
import { amountOf, lastYear, OwnFirmItem, typed, VolumeItem, WhyItem, YearItem } from './items.tsx'

type PositionValues = {
  readonly firmId?: string
  readonly productCode?: string
  readonly role?: PositionRole
  readonly year?: number
  readonly capacityText?: string
  readonly outputText?: string
  readonly isQualified?: boolean
  readonly evidence?: string
  readonly asOf?: string
  readonly why?: string
}
type WarnedAnswer = Awaited<ReturnType<typeof api.positions.create.call>>
const positionFields = { capacity: 'capacityText', output: 'outputText' }

const positionInput = (values: PositionValues) => ({
  capacityText: amountOf(values.capacityText),
  outputText: amountOf(values.outputText),
  isQualified: values.isQualified ?? true,
  evidence: values.evidence ?? '',
  asOf: values.asOf ?? '',
})

function PositionItems() {
  const t = useText('chains')
  return (
    <>
      <div className="chain-firm-pair">
        <VolumeItem name="capacityText" label={t('firms.capacity')} required />
        <VolumeItem name="outputText" label={t('firms.output')} required />
      </div>
      <FlagItem name="isQualified" label={t('firms.qualified')} />
      <TextItem name="evidence" label={t('firms.evidence')} max={300} rows={2} />
      <DayItem name="asOf" label={t('firms.as_of')} required />
    </>
  )
}

/** What a saved position says: saved, or what is odd about it. */
function useSaidOfPosition(): (answer: WarnedAnswer) => string {
  const t = useText('chains')
  return ({ warnings }) =>
    warnings.length === 0
      ? t('firms.saved')
      : t('firms.saved_warned', { warning: warnings.map(({ message }) => message).join('; ') })
}

/** Enters what a firm makes, uses or serves. */
export function EnterPosition({ firmId }: { readonly firmId?: string | undefined }) {
  const t = useText('chains')
  const { close } = useOpenForm()
  const said = useSaidOfPosition()
  const command = useCommand({
    run: api.positions.create.call,
    invalidate: [api.positions.key(), api.firms.key()],
    success: said,
  })
  return (
    <FormBox<PositionValues, Parameters<typeof api.positions.create.call>[0], WarnedAnswer>
      initial={{ role: 'produce', year: lastYear(), isQualified: true, ...(firmId ? { firmId } : {}) }}
      command={command}
      fieldNames={positionFields}
      toInput={(values) => ({
        ...positionInput(values),
        firmId: values.firmId ?? '',
        productCode: values.productCode ?? '',
        role: values.role ?? 'produce',
        year: values.year ?? 0,
      })}
      submit={t('firms.enter_position')}
      done={close}
      onCancel={close}
    >
      {firmId === undefined && <OwnFirmItem name="firmId" label={t('firms.firm')} required />}
      <ProductItem name="productCode" label={t('firms.product')} required />
      <div className="chain-firm-pair">
        <ChoiceItem
          name="role"
          label={t('firms.role')}
          options={positionRoles.map((value) => ({ value, label: t(`firms.roles.${value}`) }))}
        />
        <YearItem />
      </div>
      <PositionItems />
    </FormBox>
  )
}

/** Changes a position. */
export function ChangePosition({ position }: { readonly position: Position }) {
  const t = useText('chains')
  const { close } = useOpenForm()
  const said = useSaidOfPosition()
  const command = useCommand({
    run: api.positions.change.call,
    invalidate: [api.positions.key(), api.firms.key()],
    success: said,
  })
  const { unit } = position.product
  return (
    <FormBox<PositionValues, Parameters<typeof api.positions.change.call>[0], WarnedAnswer>
      initial={{
        capacityText: typed(position.capacity, unit),
        outputText: typed(position.output, unit),
        isQualified: position.isQualified,
        evidence: position.evidence,
        asOf: position.asOf,
      }}
      command={command}
      fieldNames={positionFields}
      toInput={(values) => ({
        ...positionInput(values),
        id: position.id,
        rev: position.rev,
        why: values.why ?? '',
      })}
      submit={t('firms.save')}
      done={close}
      onCancel={close}
    >
      <PositionItems />
      <WhyItem />
    </FormBox>
  )
}
