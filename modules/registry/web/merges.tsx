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
import { Link } from 'react-router'
import type { Merge } from '../enterprise-contract.ts'
import { api } from './api.ts'
import { editors } from './roles.ts'

/** What was merged into this enterprise, and how long it can be undone. */
export function Merges({ id }: { readonly id: string }) {
  const t = useText('registry')
  const query = useQuery(api.merges.list.queryOptions({ input: { id } }))
  const rows = query.data?.rows ?? []
  return (
    <>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && rows.length === 0 && <EmptyState title={t('merge.empty')} />}
      <ul className="registry-contacts">
        {rows.map((merge) => (
          <MergeLine key={merge.id} merge={merge} />
        ))}
      </ul>
    </>
  )
}

function MergeLine({ merge }: { readonly merge: Merge }) {
  const t = useText('registry')
  const me = useMe()
  const now = useNow()
  const undo = useCommand({
    run: api.merges.undo.call,
    invalidate: [api.enterprises.key(), api.contacts.key(), api.duplicates.key(), api.merges.key()],
    success: t('merge.undone_toast', { name: merge.from.name }),
  })
  const late = now > merge.undoUntil
  const refused = holdsRole(me, editors) ? (late ? t('merge.too_late') : null) : t('reason.merge')
  return (
    <li>
      <div>
        {merge.from.name} → <Link to={`/enterprises/${merge.into.id}`}>{merge.into.name}</Link>{' '}
        {merge.undone && (
          <StateTag tone="plain" shape="cross">
            {t('merge.undone')}
          </StateTag>
        )}
        <p className="tz-flush tz-second">
          {merge.byName} · <When at={merge.at} /> · {merge.why}
        </p>
        {!merge.undone && (
          <p className="tz-flush tz-second tz-caption">
            {t('merge.until')} <When at={merge.undoUntil} />
          </p>
        )}
      </div>
      {!merge.undone && (
        <VerbButton
          size="small"
          reason={refused}
          loading={undo.pending}
          confirm={{
            title: t('merge.undo_confirm', { from: merge.from.name, into: merge.into.name }),
            text: t('merge.undo_text'),
            verb: t('verb.undo_merge'),
          }}
          onClick={() => void undo.run({ id: merge.id })}
        >
          {t('verb.undo_merge')}
        </VerbButton>
      )}
    </li>
  )
}
