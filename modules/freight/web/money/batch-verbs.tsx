import { formatMoney, OpenFormButton, rowItem, useCommand, useMe, useText, VerbButton } from '@tingzhou/ui'
import { Button } from 'antd'
import { api } from '../api.ts'
import { mayDeal } from '../carriage/rights.ts'
import type { BatchRow } from './api.ts'
import { placeOf } from './places.ts'

type Props = { readonly batch: BatchRow }

/** The one step that a batch waits for: approval, the bank, then its file. */
export function BatchVerb({ batch }: Props) {
  switch (batch.state) {
    case 'prepared':
      return <Approve batch={batch} />
    case 'approved':
      return <Send batch={batch} />
    case 'sent':
      return <TakeFile batch={batch} />
    case 'rejected':
      return null
  }
}

function Approve({ batch }: Props) {
  const t = useText('freight')
  const me = useMe()
  const command = useCommand({
    run: api.batches.approve.call,
    invalidate: [api.batches.key(), api.payments.key()],
    success: t('batch.was_approved'),
  })
  return (
    <VerbButton
      type="primary"
      loading={command.pending}
      reason={mayDeal(me) ? (batch.isOwn ? t('reason.same_person') : null) : t('reason.deal')}
      confirm={{
        title: t('batch.approve_of', { number: batch.number, sum: formatMoney(batch.sumFen) }),
        text: t('batch.approve_means'),
        verb: t('batch.approve'),
        danger: false,
      }}
      onClick={() => void command.run({ id: batch.id, rev: batch.rev })}
    >
      {t('batch.approve')}
    </VerbButton>
  )
}

function Send({ batch }: Props) {
  const t = useText('freight')
  const me = useMe()
  const command = useCommand({
    run: api.batches.send.call,
    invalidate: [api.batches.key(), api.payments.key()],
    success: t('batch.was_sent'),
  })
  return (
    <VerbButton
      type="primary"
      loading={command.pending}
      reason={mayDeal(me) ? null : t('reason.deal')}
      confirm={{
        title: t('batch.send_of', { number: batch.number, sum: formatMoney(batch.sumFen) }),
        text: t('batch.send_means'),
        verb: t('batch.send'),
      }}
      onClick={() => void command.run({ id: batch.id, rev: batch.rev })}
    >
      {t('batch.send')}
    </VerbButton>
  )
}

function TakeFile({ batch }: Props) {
  const t = useText('freight')
  const me = useMe()
  if (!mayDeal(me))
    return (
      <VerbButton type="primary" reason={t('reason.bank_file')}>
        {t('batch.take_file')}
      </VerbButton>
    )
  return (
    <Button type="primary" href={placeOf.batchFile(batch.id)} download>
      {t('batch.take_file')}
    </Button>
  )
}

export function RejectVerb({ batch }: Props) {
  const t = useText('freight')
  const me = useMe()
  const isOpen = batch.state === 'prepared' || batch.state === 'approved'
  return (
    <OpenFormButton
      name="reject"
      item={rowItem(batch)}
      reason={mayDeal(me) ? (isOpen ? null : t('reason.batch_gone')) : t('reason.deal')}
    >
      {t('batch.reject')}
    </OpenFormButton>
  )
}
