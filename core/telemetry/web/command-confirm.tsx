import { formatTimeFull, ProblemAlert, useCommand, useMe, useOpenForm, useText, VerbButton } from '@tingzhou/ui'
import { factors } from '@tingzhou/hj212'
import { Alert } from 'antd'
import { api, nameOf } from './api.ts'
import { orders, ownOrders } from './command-orders.ts'
import { useDeviceNow } from './device-clock.ts'
import { useRefusal } from './keeper-drawer.tsx'
import type { Shown } from './device-page.tsx'
import { kindOf } from './frame-fields.tsx'
import { isRecord } from './record.ts'
import { nameWith, useSaid, writableOf, type Writable } from './writable.ts'

/** A command that waits for somebody's yes, or did. */
export type Proposal = Pick<
  Shown['commands'][number],
  'id' | 'kind' | 'body' | 'state' | 'actorName' | 'reason' | 'confirmUntil' | 'needsOther' | 'decidedByName'
>
type Answer = Awaited<ReturnType<typeof api.command.call>>

/** What was just proposed, until the device is read anew; null where it went to its device at once. Pure. */
export function proposalOf({ id, state, confirm }: Answer, actorName: string): Proposal | null {
  if (confirm === null) return null
  const { until, needsOther, kind, body } = confirm
  return { id, kind, body, state, actorName, reason: null, confirmUntil: until, needsOther, decidedByName: null }
}

/** The command of the address, `?do=confirm&item=…`. */
export function ConfirmItem({ shown, onDone }: { readonly shown: Shown; readonly onDone: () => void }) {
  const t = useText('telemetry')
  const { item } = useOpenForm()
  const proposal = shown.commands.find(({ id }) => id === item)
  if (!proposal) return <p className="tz-second">{t('confirm.not_found')}</p>
  return <ConfirmCommand shown={shown} proposal={proposal} onDone={onDone} />
}

type Props = { readonly shown: Shown; readonly proposal: Proposal; readonly onDone: () => void }

/** Says by name what a proposed command will do, who may confirm it and until when; afterwards, how it stands. */
export function ConfirmCommand({ shown, proposal: first, onDone }: Props) {
  const proposal = shown.commands.find(({ id }) => id === first.id) ?? first
  const Part = proposal.state === 'proposed' ? Asked : Decided
  return <Part shown={shown} proposal={proposal} onDone={onDone} />
}

function Asked({ shown, proposal, onDone }: Props) {
  const t = useText('telemetry')
  const { id, kind, actorName, reason, confirmUntil } = proposal
  const point = pointOf(shown, proposal)
  const refused = useWhoRefusal(proposal)
  const invalidate = [api.device.key(), api.deviceTrail.key()]
  const orderName = useOrderName()
  const confirm = useCommand({
    run: api.confirmCommand.call,
    invalidate,
    success: t('command.queued', { order: orderName(kind) }),
    done: onDone,
  })
  const withdraw = useCommand({
    run: api.withdrawCommand.call,
    invalidate,
    success: t('confirm.withdrawn'),
    done: onDone,
  })
  const ids = { id: shown.id, command: id }
  // What the person reads above the button: refused where the machine holds another value by then.
  const seen = point && point.now !== null ? { seen: point.now } : {}
  return (
    <>
      <ProblemAlert problem={confirm.problem ?? withdraw.problem} />
      <Alert
        className="tz-problem"
        type="warning"
        showIcon
        title={useTitle(shown, proposal, point)}
        description={
          <>
            <p className="tz-flush">{useExplanation(shown, kind)}</p>
            <p className="tz-flush">
              {t(reason === null ? 'confirm.by' : 'confirm.by_why', { name: actorName, reason })}
            </p>
            {confirmUntil !== null && <Left until={confirmUntil} />}
            {refused !== null && <p className="tz-flush">{refused}</p>}
          </>
        }
      />
      <div className="tz-form-verbs">
        <VerbButton
          type="primary"
          loading={confirm.pending}
          reason={refused}
          onClick={() => void confirm.attempt({ ...ids, ...seen })}
        >
          {t(kind === 'set_value' ? 'set_value.send' : 'confirm.send')}
        </VerbButton>
        <VerbButton loading={withdraw.pending} reason={useRefusal()} onClick={() => void withdraw.attempt(ids)}>
          {t('confirm.withdraw')}
        </VerbButton>
      </div>
    </>
  )
}

function Decided({ shown, proposal, onDone }: Props) {
  const t = useText('telemetry')
  const { state, decidedByName, confirmUntil } = proposal
  const isOver = state === 'expired' && decidedByName === null
  const said = isOver
    ? t('confirm.over', { time: confirmUntil === null ? '' : formatTimeFull(confirmUntil) })
    : t(state === 'withdrawn' ? 'confirm.withdrawn_by' : 'confirm.confirmed_by', { name: decidedByName ?? '–' })
  return (
    <>
      <Alert
        className="tz-problem"
        type={isOver ? 'warning' : 'info'}
        showIcon
        title={useTitle(shown, proposal, pointOf(shown, proposal))}
        description={said}
      />
      <p className="tz-form-verbs">
        <VerbButton onClick={onDone}>{t('confirm.close')}</VerbButton>
      </p>
    </>
  )
}

/** What is left to confirm it, second by second; the server decides. */
function Left({ until }: { readonly until: number }) {
  const t = useText('telemetry')
  const seconds = Math.max(0, Math.ceil((until - useDeviceNow(1_000)) / 1_000))
  return <p className="tz-flush tz-number">{t('confirm.left', { n: seconds, time: formatTimeFull(until) })}</p>
}

/** Why the reader may not confirm it, with who may; null: they may. */
function useWhoRefusal({ needsOther, actorName }: Proposal): string | null {
  const t = useText('telemetry')
  const refused = useRefusal()
  const isOwn = useMe()?.name === actorName
  if (refused !== null) return t('confirm.keepers')
  if (needsOther && isOwn) return t('confirm.other')
  return !needsOther && !isOwn ? t('confirm.own', { name: actorName }) : null
}

const named: ReadonlySet<string> = new Set<string>(orders)
const own: ReadonlySet<string> = new Set<string>(ownOrders)

/** What an order is called, also one that only programs send. */
export function useOrderName(): (kind: string) => string {
  const t = useText('telemetry')
  return (kind) => (named.has(kind) || own.has(kind) ? t(`order.${kind}`) : kindOf(kind))
}

function useExplanation({ name }: Shown, kind: string): string {
  const t = useText('telemetry')
  if (kind === 'set_value') return t('set_value.confirm_text', { device: name })
  return named.has(kind) ? t(`explain.${kind}`) : t('confirm.unknown', { device: name })
}

function useTitle({ name }: Shown, { kind, body }: Proposal, point: Writable | undefined): string {
  const t = useText('telemetry')
  const said = useSaid(point)
  const orderName = useOrderName()
  const to = isRecord(body) ? body['value'] : null
  if (point && typeof to === 'number')
    return t('set_value.confirm', { name: nameWith(point), from: said(point.now), to: said(to) })
  return t('confirm.title', { device: name, order: [orderName(kind), detailOf(body)].filter(Boolean).join(' ') })
}

function pointOf(shown: Shown, { kind, body }: Proposal): Writable | undefined {
  const key = kind === 'set_value' && isRecord(body) ? body['point'] : null
  return writableOf(shown).find((one) => one.key === key)
}

/** What an order is about: a substance by its name, everything else as it is sent. Pure. */
function detailOf(body: unknown): string {
  if (!isRecord(body)) return ''
  return Object.entries(body)
    .map(([name, value]) => {
      const factor = name === 'polId' ? factors.find(({ code }) => code === value) : undefined
      if (factor) return `${nameOf(factor)} ${factor.code}`
      return `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`
    })
    .join(', ')
}
