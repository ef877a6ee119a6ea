import { useQuery } from '@tanstack/react-query'
import { FormDrawer, inputOf, ListPage, OpenFormButton, useMe, useText } from '@tingzhou/ui'
import { leaderContract } from '../../economy/economy-contract.ts'
import { leaderStates } from '../../words.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { keepsAll, usePlaces } from './api.ts'
import { ChangeLeader, EnterLeader } from './leader-form.tsx'
import { Chosen, RowHistory, verbsOf } from './list-parts.tsx'
import { FirmLink, SyntheticMark } from './parts.tsx'

const leaderSchema = inputOf(leaderContract.list)

/** Who leads which chain, from a day to a day. */
export function LeaderList() {
  const t = useText('chains')
  const named = useNamed()
  const me = useMe()
  const at = usePlaces()
  const chains = useQuery(api.chains.list.queryOptions({ input: { limit: 200 } }))
  const refused = keepsAll(me) ? null : t('firms.officers_only')
  const enter = (
    <OpenFormButton name="enter" primary reason={refused}>
      {t('firms.enter_leader')}
    </OpenFormButton>
  )
  const choices = (chains.data?.rows ?? []).map((chain) => ({
    value: chain.code,
    label: `${chain.code} ${named(chain)}`,
  }))
  return (
    <>
      <ListPage
        name="chains.leaders"
        title={t('firms.leaders')}
        schema={leaderSchema}
        source={{ key: api.leaders.list.key(), load: (input, signal) => api.leaders.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        rowHref={(row) => at.firm(row.firm.id)}
        primary={enter}
        searchHint={t('firms.search_leader')}
        columns={[
          {
            key: 'firm',
            title: t('firms.firm'),
            card: 'title',
            render: (row) => (
              <>
                <FirmLink firm={row.firm} /> <SyntheticMark when={row.synthetic} />
              </>
            ),
          },
          {
            key: 'chain',
            title: t('firms.chain'),
            card: 'decides',
            render: (row) => `${row.chain.code} ${named(row.chain)}`,
          },
          {
            key: 'main',
            title: t('firms.main'),
            card: 'decides',
            render: (row) => (row.isMain ? t('firms.yes') : '–'),
          },
          { key: 'from', title: t('firms.from'), card: 'decides', render: (row) => row.validFrom },
          { key: 'to', title: t('firms.to'), render: (row) => row.validTo ?? '–' },
          {
            key: 'basis',
            title: t('catalogue.column.basis'),
            render: (row) => `${t(`catalogue.basis.${row.basis}`)} ${row.source}`.trim(),
          },
          verbsOf(t, () => refused, false),
        ]}
        filters={[
          {
            kind: 'choice',
            key: 'state',
            label: t('firms.state'),
            options: leaderStates.map((value) => ({ value, label: t(`firms.leader_states.${value}`) })),
          },
          { kind: 'choice', key: 'chainCode', label: t('firms.chain'), options: choices },
        ]}
        live={['chain_leader']}
        empty={{ nothing: t('firms.empty_leaders'), verb: enter }}
      />
      <FormDrawer name="enter" title={t('firms.enter_leader')}>
        <EnterLeader chains={choices} />
      </FormDrawer>
      <FormDrawer name="edit" title={t('firms.change_leader')}>
        <Chosen of={api.leaders.get}>{(leader) => <ChangeLeader leader={leader} />}</Chosen>
      </FormDrawer>
      <FormDrawer name="history" title={t('firms.history')}>
        <RowHistory of={api.leaders.history} />
      </FormDrawer>
    </>
  )
}
