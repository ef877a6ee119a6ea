import { useQuery } from '@tanstack/react-query'
import {
  CaseCard,
  EmptyState,
  ObjectPage,
  StateStepper,
  toProblem,
  useLive,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { isOpenState } from '../words.ts'
import { api, type Detail } from './api.ts'
import { ClinicalPanel } from './clinical-panel.tsx'
import { MoveForms, MoveVerbs } from './order-moves.tsx'
import { OffersTab, SignaturesTab } from './order-parts.tsx'
import { OrderProcess } from './order-process.tsx'
import { orderSteps } from './order-steps.ts'
import { OrderTrail } from './order-trail.tsx'
import { ReadLog } from './read-log.tsx'
import { DirectionText, OrderStateTag, SyntheticMark, UrgencyTag } from './tags.tsx'

/** One order: where the patient is, who must act by when, and who has read what. */
export function OrderPage() {
  const t = useText('referral')
  const { id = '' } = useParams()
  const query = useQuery(api.orders.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['referral'], objectId: id, keys: [api.orders.key()] })
  const order = query.data
  if (!order)
    return (
      <ObjectPage
        title={t('order.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  if (query.error && toProblem(query.error).status === 404) return <GoneOn />
  return (
    <>
      <ObjectPage
        title={t('order.of', { direction: t(`direction.${order.direction}`), from: order.from.name })}
        id={order.code}
        state={
          <>
            <OrderStateTag state={order.state} />
            <UrgencyTag value={order.urgency} />
            <SyntheticMark when={order.synthetic} />
          </>
        }
        primary={<MoveVerbs order={order} />}
        strip={
          <CaseCard
            owner={ownerOf(order, t('role.coordinator'), t('both_sides'))}
            clock={{
              state: order.dueAt === null ? 'none' : isOpenState(order.state) ? 'running' : 'done',
              dueAt: order.dueAt,
              basis: 'calendar',
            }}
            next={t(`next.${order.state}`)}
          />
        }
        facts={factsOf(t, order)}
        steps={<StateStepper steps={orderSteps(order, t)} />}
        tabs={[
          { key: 'clinical', label: t('tab.clinical'), children: <ClinicalPanel order={order} /> },
          {
            key: 'offers',
            label: t('tab.offers', { n: order.offers.length }),
            children: <OffersTab order={order} />,
          },
          { key: 'checklist', label: t('tab.checklist'), children: <SignaturesTab order={order} /> },
          { key: 'process', label: t('tab.process'), children: <OrderProcess orderId={order.id} /> },
          {
            key: 'readings',
            label: t('tab.readings', { n: order.readings }),
            children: <ReadLog orderId={order.id} />,
          },
        ]}
        trail={<OrderTrail orderId={order.id} />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <MoveForms order={order} />
    </>
  )
}

function ownerOf(order: Detail, coordinator: string, both: string): { readonly name: string } | null {
  if (order.state === 'coordinating') return { name: coordinator }
  if (order.state === 'on_the_way' && order.signatures.length === 0) return { name: both }
  return order.holder && isOpenState(order.state) ? { name: order.holder.name } : null
}

type Texts = ReturnType<typeof useText>

const factsOf = (t: Texts, order: Detail) => [
  { label: t('column.direction'), value: <DirectionText direction={order.direction} isReturn={order.isReturn} /> },
  { label: t('column.from'), value: order.from.name },
  { label: t('column.target'), value: order.target?.name ?? '–' },
  {
    label: t('field.consent_short'),
    value: order.consent
      ? order.consentScope.map((scope) => t(`scope.${scope}`)).join(t('list_comma'))
      : t('consent_none'),
  },
  { label: t('field.bed'), value: order.bed ?? '–' },
  { label: t('field.readyAt'), value: order.readyAt === null ? '–' : <When at={order.readyAt} /> },
  ...(order.transport === '' ? [] : [{ label: t('field.transport'), value: order.transport }]),
  ...(order.returnOf
    ? [
        {
          label: t('field.returnOf'),
          value: <Link to={`/referrals/${order.returnOf.id}`}>{order.returnOf.code}</Link>,
        },
      ]
    : []),
  ...order.returnedBy.map((back) => ({
    label: t('field.returnedBy'),
    value: (
      <>
        <Link to={`/referrals/${back.id}`}>{back.code}</Link> <OrderStateTag state={back.state} />
      </>
    ),
  })),
  ...(order.endReason === ''
    ? []
    : [
        {
          label: t('field.endReason'),
          value: order.careEnd === 'concluded' ? t(`conclude.${order.endReason}`) : order.endReason,
        },
      ]),
]

/** What the reader just did took the order out of reach, as an offer that was declined. */
function GoneOn() {
  const t = useText('referral')
  return (
    <div className="tz-page">
      <EmptyState
        title={t('order.gone_on')}
        text={t('order.gone_on_text')}
        verb={
          <VerbButton type="primary" href="/referrals">
            {t('order.title')}
          </VerbButton>
        }
      />
    </div>
  )
}
