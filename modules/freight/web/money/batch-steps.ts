import type { Step, StepState } from '@tingzhou/ui'
import type { BatchRow } from './api.ts'

const path = ['prepared', 'approved', 'sent', 'done'] as const

type Standing = Pick<BatchRow, 'state' | 'payments' | 'done' | 'preparedAt' | 'approvedAt' | 'sentAt'>

/** Whether the bank has paid every payment of a batch. */
export const isAllDone = ({ state, payments, done }: Pick<BatchRow, 'state' | 'payments' | 'done'>): boolean =>
  state === 'sent' && done >= payments

/** How far a batch has come: prepared, approved, with the bank, paid. Pure. */
export function batchSteps(batch: Standing, t: (key: string) => string): readonly Step[] {
  const stopped = batch.state === 'rejected'
  const reached = stopped ? (batch.approvedAt === null ? 0 : 1) : path.findIndex((step) => step === batch.state)
  const now = isAllDone(batch) ? path.length : reached
  const times = { prepared: batch.preparedAt, approved: batch.approvedAt, sent: batch.sentAt, done: null }
  return path.map((key, index) => ({
    key,
    label: stopped && index === now ? t('batch_state.rejected') : t(`batch_step.${key}`),
    state: stateOf(index, now, stopped),
    at: times[key],
  }))
}

function stateOf(index: number, now: number, stopped: boolean): StepState {
  if (index < now) return 'done'
  if (index > now) return 'later'
  return stopped ? 'stopped' : 'now'
}
