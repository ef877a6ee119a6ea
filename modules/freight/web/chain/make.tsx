import { formatNumber, useCommand, useMe, useText, VerbButton } from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import { api } from '../api.ts'
import { mayDispatch } from '../carriage/rights.ts'
import { placeOf, type PlanDetail, type TourRow } from './api.ts'

/** Chains what is open over free trucks and trucks on a trip, and opens the plan: nothing is offered yet. */
export function MakePlan() {
  const t = useText('freight')
  const me = useMe()
  const navigate = useNavigate()
  const command = useCommand({
    run: api.chains.make.call,
    invalidate: [api.chains.key()],
    done: ({ id }) => void navigate(placeOf.plan(id)),
  })
  return (
    <VerbButton
      type="primary"
      loading={command.pending}
      reason={mayDispatch(me) ? null : t('reason.dispatch')}
      onClick={() => void command.run({})}
    >
      {t('chain.make')}
    </VerbButton>
  )
}

/** Offers or books first loads, and says what came of it. */
function useCommit(done?: () => void) {
  const t = useText('freight')
  return useCommand({
    run: api.chains.commit.call,
    ...(done ? { done } : {}),
    invalidate: [api.chains.key(), api.nexts.key(), api.loads.key(), api.waybills.key()],
    success: ({ rows, left }) => {
      const count = (state: TourRow['state']) => rows.filter((row) => row.state === state).length
      return [
        t('chain.was_committed', { sent: formatNumber(count('sent')), booked: formatNumber(count('booked')) }),
        ...(count('stale') > 0 ? [t('wave.were_stale', { n: formatNumber(count('stale')) })] : []),
        ...(left > 0 ? [t('wave.left', { n: formatNumber(left) })] : []),
      ].join(' ')
    },
  })
}

/** All first loads that must start soon. */
export function CommitDue({ plan }: { readonly plan: PlanDetail }) {
  const t = useText('freight')
  const me = useMe()
  const command = useCommit()
  const n = plan.rows.filter(({ due }) => due).length
  const hours = formatNumber(plan.numbers.commitHours)
  return (
    <VerbButton
      type="primary"
      loading={command.pending}
      reason={mayDispatch(me) ? (n > 0 ? null : t('chain.nothing_due', { hours })) : t('reason.dispatch')}
      confirm={{
        title: t('chain.commit_of', { n: formatNumber(n) }),
        text: t('chain.commit_means', { hours }),
        verb: t('chain.commit'),
        danger: false,
      }}
      onClick={() => void command.run({ id: plan.id, tourIds: null })}
    >
      {t('chain.commit_due', { n: formatNumber(n) })}
    </VerbButton>
  )
}

/** The tours that were chosen in the list. */
export function CommitChosen(props: {
  readonly plan: PlanDetail
  readonly rows: readonly TourRow[]
  readonly clear: () => void
}) {
  const t = useText('freight')
  const me = useMe()
  const { plan, rows } = props
  const command = useCommit(props.clear)
  const areDue = rows.every(({ due }) => due)
  return (
    <VerbButton
      type="primary"
      loading={command.pending}
      reason={mayDispatch(me) ? (areDue ? null : t('chain.only_due')) : t('reason.dispatch')}
      onClick={() => void command.run({ id: plan.id, tourIds: rows.map(({ id }) => id) })}
    >
      {t('chain.commit_chosen', { n: formatNumber(rows.length) })}
    </VerbButton>
  )
}
