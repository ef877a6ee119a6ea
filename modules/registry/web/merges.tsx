import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  holdsRole,
  ProblemAlert,
  StateTag,
  useCommand,
  useMe,
  useNow,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Merge } from '../enterprise-contract.ts'
import type { Split } from '../split-contract.ts'
import { api } from './api.ts'
import { editors } from './roles.ts'

/** What was merged into this enterprise or split off it, and how long it can be undone; the newest first. */
export function Merges({ id }: { readonly id: string }) {
  const t = useText('registry')
  const merges = useQuery(api.merges.list.queryOptions({ input: { id } }))
  const splits = useQuery(api.splits.list.queryOptions({ input: { id } }))
  const problem = merges.error ?? splits.error
  const lines = [
    ...(merges.data?.rows ?? []).map((merge) => ({ at: merge.at, line: <MergeLine key={merge.id} merge={merge} /> })),
    ...(splits.data?.rows ?? []).map((split) => ({ at: split.at, line: <SplitLine key={split.id} split={split} /> })),
  ].toSorted((a, b) => b.at - a.at)
  return (
    <>
      {problem && (
        <ProblemAlert problem={problem} onRetry={() => void Promise.all([merges.refetch(), splits.refetch()])} />
      )}
      {merges.data && splits.data && lines.length === 0 && <EmptyState title={t('merge.empty')} />}
      <ul className="registry-contacts">{lines.map(({ line }) => line)}</ul>
    </>
  )
}

const touched = [api.enterprises.key(), api.contacts.key(), api.figures.key(), api.duplicates.key()]

function MergeLine({ merge }: { readonly merge: Merge }) {
  const t = useText('registry')
  const undo = useCommand({
    run: api.merges.undo.call,
    invalidate: [...touched, api.merges.key()],
    success: t('merge.undone_toast', { name: merge.from.name }),
  })
  return (
    <Line
      done={merge}
      undo={{
        verb: t('verb.undo_merge'),
        title: t('merge.undo_confirm', { from: merge.from.name, into: merge.into.name }),
        text: t('merge.undo_text'),
        pending: undo.pending,
        run: () => void undo.run({ id: merge.id }),
      }}
    >
      {merge.from.name} → <Link to={`/enterprises/${merge.into.id}`}>{merge.into.name}</Link>
    </Line>
  )
}

function SplitLine({ split }: { readonly split: Split }) {
  const t = useText('registry')
  const { from, into, taken } = split
  const undo = useCommand({
    run: api.splits.undo.call,
    invalidate: [...touched, api.merges.key(), api.splits.key()],
    success: t('split.undone_toast', { name: into.name }),
  })
  return (
    <Line
      done={split}
      undo={{
        verb: t('verb.undo_split'),
        title: t('split.undo_confirm', { from: from.name, into: into.name }),
        text: t('split.undo_text'),
        pending: undo.pending,
        run: () => void undo.run({ id: split.id }),
      }}
    >
      <Link to={`/enterprises/${from.id}`}>{from.name}</Link> {t('split.off')}{' '}
      <Link to={`/enterprises/${into.id}`}>{into.name}</Link>
      {t('split.taken', { n: taken })}
    </Line>
  )
}

type Undo = {
  readonly verb: string
  readonly title: string
  readonly text: string
  readonly pending: boolean
  readonly run: () => void
}

/** Who did it, when and why, and the way back. */
function Line(props: {
  readonly done: Pick<Merge, 'at' | 'byName' | 'why' | 'undoUntil' | 'undone'>
  readonly undo: Undo
  readonly children: ReactNode
}) {
  const t = useText('registry')
  const me = useMe()
  const now = useNow()
  const { at, byName, why, undoUntil, undone } = props.done
  const { verb, title, text, pending, run } = props.undo
  const refused = holdsRole(me, editors) ? (now > undoUntil ? t('merge.too_late') : null) : t('reason.merge')
  return (
    <li>
      <div className="registry-inline">
        {props.children}{' '}
        {undone && (
          <StateTag tone="plain" shape="cross">
            {t('merge.undone')}
          </StateTag>
        )}
        <p className="tz-flush tz-second">
          {byName} · <When at={at} />
          {why && ` · ${why}`}
        </p>
        {!undone && (
          <p className="tz-flush tz-second tz-caption">
            {t('merge.until')} <When at={undoUntil} />
          </p>
        )}
      </div>
      {!undone && (
        <VerbButton size="small" reason={refused} loading={pending} confirm={{ title, text, verb }} onClick={run}>
          {verb}
        </VerbButton>
      )}
    </li>
  )
}
