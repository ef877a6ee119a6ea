import { useQuery } from '@tanstack/react-query'
import { formatMoney, formatNumber, useCommand, useMe, useText, VerbButton } from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import { batchPaymentsMax } from '../../money/words.ts'
import { api } from '../api.ts'
import { mayDeal } from '../carriage/rights.ts'
import type { Desk, PaymentRow } from './api.ts'
import { placeOf } from './places.ts'
import { readsMoney } from './rights.ts'

/** Puts payments into a batch and opens it. */
function usePrepare() {
  const t = useText('freight')
  const navigate = useNavigate()
  return useCommand({
    run: api.batches.prepare.call,
    invalidate: [api.batches.key(), api.payments.key()],
    success: ({ payments, sumFen, left }) =>
      [
        t('batch.was_prepared', { n: formatNumber(payments), sum: formatMoney(sumFen) }),
        ...(left > 0 ? [t('batch.left', { n: formatNumber(left) })] : []),
      ].join(' '),
    done: ({ id }) => void navigate(placeOf.batch(id)),
  })
}

/** Why nobody prepares now, whatever is chosen: the reader may not, or there is nothing to pay from. */
function useRefused(): string | null {
  const t = useText('freight')
  const me = useMe()
  const payer = useQuery({ ...api.bank.payer.queryOptions(), enabled: readsMoney(me) })
  if (!mayDeal(me)) return t('reason.deal')
  return payer.data?.payer === null ? t('reason.payer') : null
}

/** All that is due and can be paid, the oldest first, as much as a batch holds. */
export function PrepareAll({ desk }: { readonly desk: Desk }) {
  const t = useText('freight')
  const refused = useRefused()
  const command = usePrepare()
  const ready = desk.due.payments - desk.without.payments
  const sum = formatMoney(desk.due.sumFen - desk.without.sumFen)
  // What the oldest of too many come to is known when they are prepared.
  const fits = ready <= batchPaymentsMax
  const n = formatNumber(Math.min(ready, batchPaymentsMax))
  return (
    <VerbButton
      type="primary"
      loading={command.pending}
      reason={refused ?? (ready > 0 ? null : t('reason.nothing_due'))}
      confirm={{
        title: fits ? t('batch.prepare_all_of', { n, sum }) : t('batch.prepare_oldest_of', { n }),
        text: t('batch.prepare_means'),
        verb: t('batch.prepare'),
        danger: false,
      }}
      onClick={() => void command.run({ paymentIds: null })}
    >
      {t('batch.prepare_all')}
    </VerbButton>
  )
}

/** The payments that were chosen in a list. */
export function PrepareChosen({ rows }: { readonly rows: readonly PaymentRow[] }) {
  const t = useText('freight')
  const refused = useRefused()
  const command = usePrepare()
  const areDue = rows.every(({ state, means }) => state === 'due' && means === 'bank')
  const sum = rows.reduce((total, { amountFen }) => total + amountFen, 0)
  return (
    <>
      <span className="tz-number">{formatMoney(sum)}</span>
      <VerbButton
        type="primary"
        loading={command.pending}
        reason={refused ?? (areDue ? null : t('reason.only_due'))}
        onClick={() => void command.run({ paymentIds: rows.map(({ id }) => id) })}
      >
        {t('batch.prepare')}
      </VerbButton>
    </>
  )
}
