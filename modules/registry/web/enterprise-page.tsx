import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Alert } from 'antd'
import {
  FactList,
  holdsRole,
  ObjectPage,
  Trail,
  useCommand,
  useLive,
  useMe,
  useText,
  VerbButton,
  When,
  type TrailEntry,
} from '@tingzhou/ui'
import { useParams } from 'react-router'
import type { Enterprise } from '../enterprise-contract.ts'
import { api } from './api.ts'
import { useAreas } from './catalogue.ts'
import { Contacts } from './contacts.tsx'
import { Duplicates } from './duplicates.tsx'
import { Figures } from './figures.tsx'
import { Merges } from './merges.tsx'
import { StatusTag, SyntheticTag, UsccTag } from './parts.tsx'
import { editors, mayEdit } from './roles.ts'
import { changeLines } from './words.ts'

/** One enterprise: what is known, whom to call, what resembles it, what happened to it. */
export function EnterprisePage() {
  const t = useText('registry')
  const { id = '' } = useParams()
  const query = useQuery(api.enterprises.get.queryOptions({ input: { id } }))
  useLive({
    kinds: ['enterprise'],
    objectId: id,
    keys: [api.enterprises.key(), api.contacts.key(), api.figures.key(), api.merges.key(), api.splits.key()],
  })
  const enterprise = query.data
  if (!enterprise)
    return (
      <ObjectPage
        title={t('enterprise.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return <Shown enterprise={enterprise} problem={query.error} />
}

function Shown({ enterprise, problem }: { readonly enterprise: Enterprise; readonly problem: unknown }) {
  const t = useText('registry')
  const me = useMe()
  const { id, areaId } = enterprise
  const refused = mayEdit(me, areaId) ? null : t('reason.edit')
  return (
    <ObjectPage
      title={enterprise.name}
      {...(enterprise.uscc === null ? {} : { id: enterprise.uscc })}
      state={
        <>
          <StatusTag status={enterprise.status} />
          {enterprise.usccStatus !== 'ok' && <UsccTag status={enterprise.usccStatus} />}
          <SyntheticTag when={enterprise.synthetic} />
        </>
      }
      primary={
        <VerbButton type="primary" href={`/enterprises/${id}/edit`} reason={refused} shortcut="e">
          {t('verb.edit')}
        </VerbButton>
      }
      verbs={
        <>
          {enterprise.usccStatus === 'legacy' && !enterprise.usccConfirmed && (
            <ConfirmCode enterprise={enterprise} refused={refused} />
          )}
          <VerbButton href={`/enterprises/${id}/split`} reason={holdsRole(me, editors) ? null : t('reason.merge')}>
            {t('verb.split')}
          </VerbButton>
        </>
      }
      strip={
        <>
          {enterprise.redirectedFrom !== null && (
            <Alert type="info" showIcon message={t('merge.redirected', { name: enterprise.name })} />
          )}
        </>
      }
      facts={[
        { label: t('field.areaId'), value: enterprise.area?.name ?? '–' },
        { label: t('field.lead'), value: enterprise.area?.leadName ?? '–' },
        { label: t('field.leaderAccountId'), value: enterprise.leaderName ?? '–' },
        { label: t('field.guideAccountId'), value: enterprise.guideName ?? '–' },
        {
          label: t('field.industry'),
          value: enterprise.industry ? `${enterprise.industry} ${enterprise.industryName ?? ''}` : '–',
        },
        { label: t('field.size'), value: enterprise.size ? t(`size.${enterprise.size}`) : '–' },
      ]}
      tabs={[
        { key: 'facts', label: t('tab.facts'), children: <Facts enterprise={enterprise} /> },
        { key: 'figures', label: t('tab.figures'), children: <Figures firm={{ id, areaId }} /> },
        { key: 'contacts', label: t('tab.contacts'), children: <Contacts firm={{ id, areaId }} /> },
        {
          key: 'duplicates',
          label: t('tab.duplicates', { n: enterprise.duplicates }),
          children: <Duplicates enterpriseId={id} />,
        },
        { key: 'merges', label: t('tab.merges'), children: <Merges id={id} /> },
      ]}
      trail={<History id={id} />}
      problem={problem}
    />
  )
}

function ConfirmCode(props: { readonly enterprise: Enterprise; readonly refused: string | null }) {
  const t = useText('registry')
  const { id, rev, name, uscc } = props.enterprise
  const confirm = useCommand({
    run: api.enterprises.confirmUscc.call,
    invalidate: [api.enterprises.key()],
    success: t('uscc.confirmed'),
  })
  return (
    <VerbButton
      reason={props.refused}
      loading={confirm.pending}
      confirm={{ title: t('uscc.confirm', { name, uscc }), text: t('uscc.confirm_text'), verb: t('uscc.verb') }}
      onClick={() => void confirm.run({ id, rev })}
    >
      {t('uscc.verb')}
    </VerbButton>
  )
}

function Facts({ enterprise }: { readonly enterprise: Enterprise }) {
  const t = useText('registry')
  const joined = (items: readonly (string | number)[]) => items.join(t('comma')) || '–'
  const { point, usccConfirmed } = enterprise
  return (
    <FactList
      facts={[
        { label: t('field.uscc'), value: enterprise.uscc ?? '–' },
        { label: t('uscc.title'), value: t(`uscc.${enterprise.usccStatus}`) },
        ...(usccConfirmed ? [{ label: t('uscc.confirmed_at'), value: <When at={usccConfirmed.at} /> }] : []),
        { label: t('field.aliases'), value: joined(enterprise.aliases) },
        { label: t('field.address'), value: enterprise.address || '–' },
        { label: t('field.point'), value: point ? `${point.lon}, ${point.lat}` : '–' },
        { label: t('field.otherIndustries'), value: joined(enterprise.otherIndustries) },
        { label: t('field.founded'), value: enterprise.founded ?? '–' },
        { label: t('field.ownership'), value: enterprise.ownership ? t(`ownership.${enterprise.ownership}`) : '–' },
        { label: t('field.aboveScaleYears'), value: joined(enterprise.aboveScaleYears) },
        { label: t('field.tags'), value: joined(enterprise.tags) },
        { label: t('field.chains'), value: joined(enterprise.chains) },
        { label: t('field.source'), value: enterprise.source || '–' },
        { label: t('field.asOf'), value: enterprise.asOf ?? '–' },
        { label: t('updated'), value: <When at={enterprise.updatedAt} /> },
      ]}
    />
  )
}

const historyPage = 20

/** Who changed what, when, from what, to what, why; the newest first. */
function History({ id }: { readonly id: string }) {
  const t = useText('registry')
  const areas = new Map(useAreas().map((area) => [area.id, area.name]))
  const query = useInfiniteQuery(
    api.enterprises.history.infiniteOptions({
      input: (cursor: string | undefined) => ({ id, limit: historyPage, ...(cursor === undefined ? {} : { cursor }) }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
  )
  const entries = (query.data?.pages ?? []).flatMap(({ rows }) => rows)
  const shown: TrailEntry[] = entries.map((entry) => ({
    id: entry.id,
    at: entry.at,
    who: entry.actorName,
    verb: t(`history.${entry.verb}`),
    why: entry.reason,
    hash: entry.hash,
    note: (
      <div className="registry-changes">
        {changeLines(t, entry, areas).map((line) => (
          <p key={line} className="tz-flush">
            {line}
          </p>
        ))}
      </div>
    ),
  }))
  const more = query.hasNextPage ? (
    <VerbButton size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
      {t('history.more')}
    </VerbButton>
  ) : null
  return <Trail entries={shown} more={more} />
}
