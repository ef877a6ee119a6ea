import {
  ChoiceItem,
  DayItem,
  FlagItem,
  FormBox,
  TextItem,
  useCommand,
  useOpenForm,
  useText,
  zoneToday,
} from '@tingzhou/ui'
import type { Basis } from '../../words.ts'
import { api } from '../api.ts'
import { BasisItem } from '../catalogue/parts.tsx'
import type { Leader, Saved } from './api.ts'
import { FirmItem, WhyItem } from './items.tsx'

type LeaderValues = {
  readonly chainCode?: string
  readonly firmId?: string
  readonly isMain?: boolean
  readonly basis?: Basis
  readonly source?: string
  readonly validFrom?: string
  readonly validTo?: string | null
  readonly why?: string
}
const leaderInput = (values: LeaderValues) => ({
  isMain: values.isMain ?? false,
  basis: values.basis ?? 'zone',
  source: values.source ?? '',
  validFrom: values.validFrom ?? '',
})

function LeaderItems() {
  const t = useText('chains')
  return (
    <>
      <FlagItem name="isMain" label={t('firms.main')} />
      <BasisItem name="basis" />
      <TextItem name="source" label={t('firms.source')} max={300} />
      <DayItem name="validFrom" label={t('firms.from')} required />
    </>
  )
}

/** Enters who leads a chain. */
export function EnterLeader({
  chains,
}: {
  readonly chains: readonly { readonly value: string; readonly label: string }[]
}) {
  const t = useText('chains')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.leaders.create.call,
    invalidate: [api.leaders.key(), api.firms.key()],
    success: t('firms.saved'),
  })
  return (
    <FormBox<LeaderValues, Parameters<typeof api.leaders.create.call>[0], Saved>
      initial={{ isMain: true, basis: 'zone', validFrom: zoneToday() }}
      command={command}
      toInput={(values) => ({
        ...leaderInput(values),
        chainCode: values.chainCode ?? '',
        firmId: values.firmId ?? '',
      })}
      submit={t('firms.enter_leader')}
      done={close}
      onCancel={close}
    >
      <ChoiceItem name="chainCode" label={t('firms.chain')} options={chains} required />
      <FirmItem name="firmId" label={t('firms.firm')} required />
      <LeaderItems />
    </FormBox>
  )
}

/** Changes a lead firm, or ends it on a day. */
export function ChangeLeader({ leader }: { readonly leader: Leader }) {
  const t = useText('chains')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.leaders.change.call,
    invalidate: [api.leaders.key(), api.firms.key()],
    success: t('firms.saved'),
  })
  return (
    <FormBox<LeaderValues, Parameters<typeof api.leaders.change.call>[0], Saved>
      initial={leader}
      command={command}
      toInput={(values) => ({
        ...leaderInput(values),
        validTo: values.validTo ?? null,
        id: leader.id,
        rev: leader.rev,
        why: values.why ?? '',
      })}
      submit={t('firms.save')}
      done={close}
      onCancel={close}
    >
      <LeaderItems />
      <DayItem name="validTo" label={t('firms.to')} extra={t('firms.to_hint')} />
      <WhyItem />
    </FormBox>
  )
}
