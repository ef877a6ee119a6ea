import { FormDrawer, inputOf, ListPage, OpenFormButton, useMe, useText } from '@tingzhou/ui'
import { demandContract } from '../../economy/economy-contract.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { keepsAll } from './api.ts'
import { ChangeDemand, EnterDemand } from './demand-form.tsx'
import { RemoveRow } from './remove-row.tsx'
import { Chosen, RowHistory, verbsOf, yearFilter } from './list-parts.tsx'
import { SyntheticMark, volumeText } from './parts.tsx'

const demandSchema = inputOf(demandContract.list)

/** What is used up in the zone beside what its firms use. */
export function DemandList() {
  const t = useText('chains')
  const named = useNamed()
  const me = useMe()
  const refused = keepsAll(me) ? null : t('firms.officers_only')
  const enter = (
    <OpenFormButton name="enter" primary reason={refused}>
      {t('firms.enter_demand')}
    </OpenFormButton>
  )
  return (
    <>
      <ListPage
        name="chains.demands"
        title={t('firms.demands')}
        schema={demandSchema}
        source={{ key: api.demands.list.key(), load: (input, signal) => api.demands.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        primary={enter}
        searchHint={t('firms.search_demand')}
        columns={[
          {
            key: 'product',
            title: t('firms.product'),
            card: 'title',
            render: (row) => (
              <>
                {row.product.code} {named(row.product)} <SyntheticMark when={row.synthetic} />
              </>
            ),
          },
          { key: 'year', title: t('firms.year'), card: 'decides', render: (row) => row.year },
          {
            key: 'volume',
            title: t('firms.demand_volume'),
            align: 'right',
            card: 'decides',
            render: (row) => volumeText(row.volume, row.product.unit),
          },
          { key: 'source', title: t('firms.source'), card: 'decides', render: (row) => row.source || '–' },
          { key: 'asOf', title: t('firms.as_of'), render: (row) => row.asOf },
          verbsOf(t, () => refused, true),
        ]}
        filters={[yearFilter(t)]}
        live={['chain_demand']}
        empty={{ nothing: t('firms.empty_demands'), verb: enter }}
      />
      <FormDrawer name="enter" title={t('firms.enter_demand')}>
        <EnterDemand />
      </FormDrawer>
      <FormDrawer name="edit" title={t('firms.change_demand')}>
        <Chosen of={api.demands.get}>{(demand) => <ChangeDemand demand={demand} />}</Chosen>
      </FormDrawer>
      <FormDrawer name="remove" title={t('firms.remove_demand')}>
        <Chosen of={api.demands.get}>
          {(row) => <RemoveRow row={row} name={`${named(row.product)} · ${row.year}`} run={api.demands.remove.call} />}
        </Chosen>
      </FormDrawer>
      <FormDrawer name="history" title={t('firms.history')}>
        <RowHistory of={api.demands.history} />
      </FormDrawer>
    </>
  )
}
