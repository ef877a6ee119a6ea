import { useQuery } from '@tanstack/react-query'
import { Form } from 'antd'
import { DayItem, FactList, FormPage, Panel, TextItem, useCommand, useMe, useText } from '@tingzhou/ui'
import { useNavigate, useSearchParams } from 'react-router'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { placeOf, type Standing } from './api.ts'
import { ChainItem, FirmItem, OwnerItem, ProductItem } from './items.tsx'
import { mayKeep } from './rights.ts'
import { ValueText } from './tags.tsx'

type Values = {
  readonly chain?: string
  readonly product?: string
  readonly ownerId: string
  readonly deadline: string
  readonly goal?: string
  readonly firmId?: string | null
  readonly step?: string
  readonly stepDay?: string | null
}

/** 开目标: of a line, with its owner and its deadline, or by hand of a chain and a product. */
export function TargetNew() {
  const t = useText('chains')
  const me = useMe()
  const navigate = useNavigate()
  const [query] = useSearchParams()
  const key = query.get('line')
  const line = useQuery({ ...api.lines.get.queryOptions({ input: { key: key ?? '' } }), enabled: key !== null })
  const command = useCommand({
    run: api.targets.open.call,
    invalidate: [api.targets.key(), api.lines.key()],
    success: t('target.opened'),
  })
  const candidates = line.data?.candidateFirms ?? []
  return (
    <FormPage<Values, Parameters<typeof api.targets.open.call>[0], Standing>
      title={t('target.open')}
      intro={t(key === null ? 'target.intro_hand' : 'target.intro_line')}
      initial={{}}
      command={command}
      draft={`chains.target.${key ?? 'hand'}`}
      reason={mayKeep(me) ? null : t('target.reason.officer_only')}
      toInput={({ chain, product, ownerId, deadline, goal, firmId, step, stepDay }) => ({
        lineKey: key,
        ...(key === null ? { chain: chain ?? '', product: product ?? '' } : {}),
        ownerId,
        deadline,
        goal: goal ?? '',
        firmId: firmId ?? null,
        step: step ?? '',
        stepDay: stepDay ?? null,
      })}
      submit={t('target.open')}
      done={({ id }) => void navigate(placeOf.target(id))}
    >
      {key === null ? <ByHand /> : <LineFacts lineKey={key} />}
      <OwnerItem name="ownerId" label={t('target.owner')} required />
      <DayItem name="deadline" label={t('target.deadline')} required />
      <TextItem name="goal" label={t('target.goal')} max={500} rows={2} />
      <FirmItem name="firmId" label={t('target.firm')} first={candidates} />
      <TextItem name="step" label={t('target.step')} max={200} />
      <DayItem name="stepDay" label={t('target.step_day')} />
    </FormPage>
  )
}

function ByHand() {
  const t = useText('chains')
  const chain = Form.useWatch<string | undefined>('chain')
  return (
    <>
      <ChainItem name="chain" label={t('chain_line.chain')} required />
      <ProductItem name="product" label={t('chain_line.product')} chain={chain ?? undefined} required />
    </>
  )
}

function LineFacts({ lineKey }: { readonly lineKey: string }) {
  const t = useText('chains')
  const named = useNamed()
  const { data: line } = useQuery(api.lines.get.queryOptions({ input: { key: lineKey } }))
  if (!line) return null
  return (
    <Panel>
      <FactList
        facts={[
          { label: t('chain_line.kind'), value: t(`chain_line.list.${line.list}`) },
          { label: t('chain_line.product'), value: named(line.product) },
          { label: t('chain_line.chain'), value: named(line.chain) },
          { label: t('chain_line.value'), value: <ValueText fen={line.valueFen} isRounded={line.isRounded} /> },
        ]}
      />
    </Panel>
  )
}
