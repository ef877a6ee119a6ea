import { useQuery, useQueryClient } from '@tanstack/react-query'
import { formatTimeFull, holdsRole, useCommand, useMe, useText, useToast, VerbButton } from '@tingzhou/ui'
import { useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { keepingRoles } from '../../roles.ts'
import { api } from '../api.ts'
import { placeOf } from './api.ts'

type RunNow = Awaited<ReturnType<typeof api.industry.list.call>>['run']

const lookMs = 2_000

/** The run that is made now, or the last one; while one is made it is asked for again and again. */
function useTurn() {
  return useQuery({
    ...api.runs.turn.queryOptions(),
    refetchInterval: ({ state }) => (state.data?.turn && state.data.turn.outcome === null ? lookMs : false),
  })
}

/** What the figures of a page come from. */
export function RunLine({ run }: { readonly run: RunNow }) {
  const t = useText('chains')
  const { data } = useTurn()
  const turn = data?.turn
  return (
    <p className="tz-caption chain-run">
      {run ? (
        <>
          {t('chain_run.of', {
            year: run.year,
            at: formatTimeFull(run.madeAt),
            checked: formatTimeFull(run.checkedAt),
          })}{' '}
          <Link to={placeOf.run(run.id)}>{t('chain_run.version', { version: run.version.slice(0, 8) })}</Link>
        </>
      ) : (
        t('chain_run.none')
      )}
      {turn?.outcome === null && <strong role="status"> {t('chain_run.under_way', { year: turn.year })}</strong>}
      {turn?.outcome === 'refused' && turn.fault && (
        <strong>
          {' '}
          {t('chain_run.refused', { field: turn.fault.field, value: turn.fault.value, rule: turn.fault.rule })}
        </strong>
      )}
      {turn?.outcome === 'failed' && <strong> {t('chain_run.failed')}</strong>}
    </p>
  )
}

/** Reckons the latest year anew. */
export function RunVerb() {
  const t = useText('chains')
  const me = useMe()
  const toast = useToast()
  const client = useQueryClient()
  const { data } = useTurn()
  const command = useCommand({ run: api.runs.recompute.call, invalidate: [api.runs.key()] })
  const turn = data?.turn
  const isRunning = turn?.outcome === null
  const was = useRef(false)
  useEffect(() => {
    if (was.current && turn && turn.outcome !== null) {
      if (turn.outcome === 'stored' || turn.outcome === 'unchanged') toast.good(t(`chain_run.${turn.outcome}`))
      void client.invalidateQueries({ queryKey: api.industry.key() })
      void client.invalidateQueries({ queryKey: api.network.key() })
    }
    was.current = isRunning
  }, [isRunning, turn, toast, t, client])
  const year = data?.yearOfData ?? null
  const reason = !holdsRole(me, keepingRoles)
    ? t('chain_run.reason')
    : isRunning
      ? t('chain_run.under_way', { year: turn.year })
      : year === null
        ? t('chain_run.no_data')
        : null
  return (
    <VerbButton
      type="primary"
      reason={data ? reason : t('chain_run.loading')}
      loading={command.pending}
      onClick={() => year !== null && void command.run({ year })}
    >
      {t('chain_run.make')}
    </VerbButton>
  )
}
