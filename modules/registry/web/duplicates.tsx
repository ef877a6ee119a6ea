import { holdsRole, ListPage, newCommandId, useCommand, useMe, useText, VerbButton } from '@tingzhou/ui'
import { Link } from 'react-router'
import { DuplicateListInput, type DuplicatePair } from '../enterprise-contract.ts'
import { api } from './api.ts'
import { editors, mayRegister } from './roles.ts'

/** Entries that may be one enterprise, the most alike first; a person decides. */
export function Duplicates({ enterpriseId }: { readonly enterpriseId?: string }) {
  const t = useText('registry')
  return (
    <ListPage
      name="registry.duplicates"
      title={t('duplicate.title')}
      schema={DuplicateListInput}
      source={{ key: api.duplicates.list.key(), load: (input, signal) => api.duplicates.list.call(input, { signal }) }}
      rowKey={({ a, b }) => `${a.id} ${b.id}`}
      searchable={false}
      verbs={<BatchVerb />}
      embedded={enterpriseId !== undefined}
      {...(enterpriseId === undefined ? {} : { fixed: { enterpriseId } })}
      columns={[
        { key: 'a', title: t('duplicate.one'), card: 'title', render: ({ a }) => <Party party={a} /> },
        { key: 'b', title: t('duplicate.other'), card: 'decides', render: ({ b }) => <Party party={b} /> },
        {
          key: 'score',
          title: t('duplicate.score'),
          unit: '%',
          align: 'right',
          render: ({ score }) => (score * 100).toFixed(0),
        },
        {
          key: 'reasons',
          title: t('duplicate.reasons'),
          card: 'decides',
          render: ({ reasons }) => reasons.map((reason) => t(`reason_word.${reason}`)).join(t('comma')),
        },
        { key: 'verbs', title: t('duplicate.decide'), card: 'decides', render: (pair) => <Verbs pair={pair} /> },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('duplicate.state'),
          options: (['open', 'dismissed'] as const).map((value) => ({ value, label: t(`duplicate_state.${value}`) })),
        },
      ]}
      live={['enterprise']}
      empty={{ nothing: t('duplicate.empty') }}
    />
  )
}

/** Many merges at once, from a workbook. */
function BatchVerb() {
  const t = useText('registry')
  const me = useMe()
  return (
    <VerbButton href="/duplicates/batches" reason={holdsRole(me, editors) ? null : t('reason.merge')}>
      {t('batch.title')}
    </VerbButton>
  )
}

/** The review of all suggestions. */
export const DuplicatePage = () => <Duplicates />

function Party({ party }: { readonly party: DuplicatePair['a'] }) {
  return (
    <div>
      <Link to={`/enterprises/${party.id}`}>{party.name}</Link>
      <p className="tz-flush tz-second tz-caption">
        {[party.uscc, party.areaName, party.address].filter(Boolean).join(' · ')}
      </p>
    </div>
  )
}

function Verbs({ pair }: { readonly pair: DuplicatePair }) {
  const t = useText('registry')
  const me = useMe()
  const ids = { id: pair.a.id, otherId: pair.b.id }
  const dismiss = useCommand({
    run: api.duplicates.dismiss.call,
    invalidate: [api.duplicates.key(), api.enterprises.key()],
    success: t('duplicate.dismissed'),
    undo: { run: () => api.duplicates.restore.call({ ...ids, commandId: newCommandId() }) },
  })
  const restore = useCommand({
    run: api.duplicates.restore.call,
    invalidate: [api.duplicates.key(), api.enterprises.key()],
    success: t('duplicate.restored'),
  })
  const refused = mayRegister(me) ? null : t('reason.duplicates')
  if (pair.state === 'dismissed')
    return (
      <VerbButton size="small" reason={refused} loading={restore.pending} onClick={() => void restore.run(ids)}>
        {t('duplicate.restore')}
      </VerbButton>
    )
  return (
    <span className="registry-verbs">
      <VerbButton
        size="small"
        href={`/enterprises/${pair.a.id}/merge/${pair.b.id}`}
        reason={holdsRole(me, editors) ? null : t('reason.merge')}
      >
        {t('verb.merge')}
      </VerbButton>
      <VerbButton size="small" reason={refused} loading={dismiss.pending} onClick={() => void dismiss.run(ids)}>
        {t('duplicate.dismiss')}
      </VerbButton>
    </span>
  )
}
