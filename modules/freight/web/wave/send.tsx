import { formatNumber, useCommand, useMe, useText, VerbButton } from '@tingzhou/ui'
import { sendMax } from '../../wave/words.ts'
import { api } from '../api.ts'
import { mayDispatch } from '../carriage/rights.ts'
import type { PairRow, WaveDetail } from './api.ts'

/** Offers pairs to their drivers, and says what came of it. */
function useSend(done?: () => void) {
  const t = useText('freight')
  return useCommand({
    run: api.waves.send.call,
    ...(done ? { done } : {}),
    invalidate: [api.waves.key(), api.loads.key(), api.waybills.key()],
    success: ({ rows, left }) => {
      const count = (state: PairRow['state']) => rows.filter((row) => row.state === state).length
      return [
        t('wave.was_sent', { n: formatNumber(count('sent')) }),
        ...(count('stale') > 0 ? [t('wave.were_stale', { n: formatNumber(count('stale')) })] : []),
        ...(left > 0 ? [t('wave.left', { n: formatNumber(left) })] : []),
      ].join(' ')
    },
  })
}

/** All that is proposed, as much as one command sends. */
export function SendAll({ wave }: { readonly wave: WaveDetail }) {
  const t = useText('freight')
  const me = useMe()
  const command = useSend()
  const n = Math.min(wave.pairs.proposed, sendMax)
  return (
    <VerbButton
      type="primary"
      loading={command.pending}
      reason={mayDispatch(me) ? (n > 0 ? null : t('wave.nothing_to_send')) : t('reason.dispatch')}
      confirm={{
        title: t('wave.send_of', { n: formatNumber(n) }),
        text: t('wave.send_means'),
        verb: t('wave.send'),
        danger: false,
      }}
      onClick={() => void command.run({ id: wave.id, pairIds: null })}
    >
      {t('wave.send_all', { n: formatNumber(n) })}
    </VerbButton>
  )
}

/** The proposals that were chosen in the list. */
export function SendChosen(props: {
  readonly wave: WaveDetail
  readonly rows: readonly PairRow[]
  readonly clear: () => void
}) {
  const t = useText('freight')
  const me = useMe()
  const { wave, rows } = props
  const command = useSend(props.clear)
  const areProposed = rows.every(({ state }) => state === 'proposed')
  return (
    <VerbButton
      type="primary"
      loading={command.pending}
      reason={mayDispatch(me) ? (areProposed ? null : t('wave.only_proposed')) : t('reason.dispatch')}
      onClick={() => void command.run({ id: wave.id, pairIds: rows.map(({ id }) => id) })}
    >
      {t('wave.send_chosen', { n: formatNumber(rows.length) })}
    </VerbButton>
  )
}
