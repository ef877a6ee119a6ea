import { useQuery } from '@tanstack/react-query'
import {
  Page,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useLive,
  useMe,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { Fragment } from 'react'
import { Link, useNavigate } from 'react-router'
import { api } from '../api.ts'
import { actsFor } from '../posting/rights.ts'
import { Invented } from '../posting/words.tsx'
import { useDeals } from './surface.ts'

/** Needs of firms that ask for a match: each becomes the draft of a posting. */
export function AppealList() {
  const t = useText('market')
  const me = useMe()
  const at = useDeals()
  const navigate = useNavigate()
  const query = useQuery(api.appeals.list.queryOptions())
  useLive({ kinds: ['appeal', 'market_posting'], keys: [api.appeals.key()] })
  const take = useCommand({
    run: api.appeals.takeOver.call,
    invalidate: [api.appeals.key(), api.postings.key()],
    success: t('appeal.taken'),
  })
  return (
    <Page title={t('appeal.title')}>
      {query.error ? (
        <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <PlainTable
          name={t('appeal.title')}
          empty={t('appeal.empty')}
          head={[t('deal.number'), t('rfq.subject'), t('appeal.firm'), t('appeal.received'), t('appeal.posting')]}
          rows={query.data.rows.map((appeal) => ({
            key: appeal.id,
            cells: [
              <span key="number" className="tz-mono">
                {appeal.number}
              </span>,
              <Fragment key="title">
                {appeal.title} <Invented when={appeal.synthetic} />
              </Fragment>,
              appeal.firm.name,
              <When key="at" at={appeal.receivedAt} />,
              appeal.posting ? (
                <Link key="posting" to={at.posting(appeal.posting.id)}>
                  {appeal.posting.number}
                </Link>
              ) : (
                <VerbButton
                  key="take"
                  loading={take.pending}
                  reason={actsFor(me, appeal.firm.id) ? null : t('deal.reason.not_yours')}
                  onClick={async () => {
                    const answer = await take.run({ id: appeal.id })
                    if (answer.ok) void navigate(at.posting(answer.value.id))
                  }}
                >
                  {t('appeal.take')}
                </VerbButton>
              ),
            ],
          }))}
        />
      ) : (
        <SkeletonLines lines={6} />
      )}
    </Page>
  )
}
