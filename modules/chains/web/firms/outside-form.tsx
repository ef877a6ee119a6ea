import {
  ChoiceItem,
  DegreeItem,
  FlagItem,
  FormBox,
  ScaledItem,
  TextItem,
  useCommand,
  useOpenForm,
  useText,
} from '@tingzhou/ui'
import { states, type State } from '../../words.ts'
import { api } from '../api.ts'
import type { Outside, Saved } from './api.ts'
import { WhyItem } from './items.tsx'

type OutsideValues = Partial<Omit<Outside, 'expansion'>> & {
  readonly expansionPct?: number | null
  readonly why?: string
}

const outsideInput = (values: OutsideValues) => ({
  name: values.name ?? '',
  country: (values.country ?? '').toUpperCase(),
  place: values.place ?? '',
  lonDeg: values.lonDeg ?? null,
  latDeg: values.latDeg ?? null,
  industry: values.industry ? values.industry : null,
  isStrong: values.isStrong ?? false,
  expansion: (values.expansionPct ?? 0) / 100,
  source: values.source ?? '',
  remark: values.remark ?? '',
})

function OutsideItems() {
  const t = useText('chains')
  return (
    <>
      <TextItem name="name" label={t('firms.name')} max={120} required />
      <div className="chain-firm-pair">
        <TextItem name="country" label={t('firms.country')} max={2} required extra={t('firms.country_hint')} />
        <TextItem name="place" label={t('firms.place')} max={120} />
        <DegreeItem name="lonDeg" label={t('firms.lon')} max={180} />
        <DegreeItem name="latDeg" label={t('firms.lat')} max={90} />
        <TextItem name="industry" label={t('firms.industry')} max={4} extra={t('firms.industry_hint')} />
        <ScaledItem
          name="expansionPct"
          label={t('firms.expansion')}
          scale={0}
          unit="%"
          max={100}
          extra={t('firms.expansion_hint')}
        />
      </div>
      <FlagItem name="isStrong" label={t('firms.strong')} />
      <TextItem name="source" label={t('firms.source')} max={300} />
      <TextItem name="remark" label={t('firms.remark')} max={500} rows={2} />
    </>
  )
}

/** Enters a firm outside. */
export function EnterOutside() {
  const t = useText('chains')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.outside.create.call,
    invalidate: [api.outside.key()],
    success: t('firms.saved'),
  })
  return (
    <FormBox<OutsideValues, Parameters<typeof api.outside.create.call>[0], Saved>
      initial={{ country: 'CN' }}
      command={command}
      fieldNames={{ expansion: 'expansionPct' }}
      toInput={outsideInput}
      submit={t('firms.enter_outside')}
      done={close}
      onCancel={close}
    >
      <OutsideItems />
    </FormBox>
  )
}

/** Changes, closes or reopens a firm outside. */
export function ChangeOutside({ firm }: { readonly firm: Outside }) {
  const t = useText('chains')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.outside.change.call,
    invalidate: [api.outside.key(), api.firms.key()],
    success: t('firms.saved'),
  })
  const { expansion, ...rest } = firm
  return (
    <FormBox<OutsideValues & { readonly state?: State }, Parameters<typeof api.outside.change.call>[0], Saved>
      initial={{ ...rest, expansionPct: Math.round(expansion * 100) }}
      command={command}
      fieldNames={{ expansion: 'expansionPct' }}
      toInput={({ why, state, ...values }) => ({
        ...outsideInput(values),
        id: firm.id,
        rev: firm.rev,
        state: state ?? 'open',
        why: why ?? '',
      })}
      submit={t('firms.save')}
      done={close}
      onCancel={close}
    >
      <OutsideItems />
      <ChoiceItem
        name="state"
        label={t('firms.state')}
        options={states.map((value) => ({ value, label: t(`catalogue.state.${value}`) }))}
      />
      <WhyItem />
    </FormBox>
  )
}
