import { formatNumber, FormDrawer, inputOf, ListPage, OpenFormButton, useMe, useText } from '@tingzhou/ui'
import { outsideContract } from '../../economy/economy-contract.ts'
import { states } from '../../words.ts'
import { api } from '../api.ts'
import { OpenTag } from '../catalogue/parts.tsx'
import { keepsAll, usePlaces } from './api.ts'
import { ChangeOutside, EnterOutside } from './outside-form.tsx'
import { Chosen, RowHistory, useMayEnter, verbsOf } from './list-parts.tsx'
import { SyntheticMark } from './parts.tsx'

const outsideSchema = inputOf(outsideContract.list)

/** Firms outside the zone: other places of the country, and abroad. */
export function OutsideList() {
  const t = useText('chains')
  const me = useMe()
  const at = usePlaces()
  const refused = useMayEnter()
  const enter = (
    <OpenFormButton name="enter" primary reason={refused}>
      {t('firms.enter_outside')}
    </OpenFormButton>
  )
  return (
    <>
      <ListPage
        name="chains.outside"
        title={t('firms.outside')}
        schema={outsideSchema}
        source={{ key: api.outside.list.key(), load: (input, signal) => api.outside.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        rowHref={(row) => at.firm(row.id)}
        primary={enter}
        searchHint={t('firms.search_outside')}
        columns={[
          {
            key: 'name',
            title: t('firms.name'),
            card: 'title',
            render: (row) => (
              <>
                {row.name} <SyntheticMark when={row.synthetic} />
              </>
            ),
          },
          {
            key: 'place',
            title: t('firms.place'),
            card: 'decides',
            render: (row) => `${row.country} ${row.place}`.trim(),
          },
          { key: 'industry', title: t('firms.industry'), card: 'decides', render: (row) => row.industry ?? '–' },
          { key: 'strong', title: t('firms.strong'), render: (row) => (row.isStrong ? t('firms.yes') : '–') },
          {
            key: 'expansion',
            title: t('firms.expansion'),
            align: 'right',
            render: (row) => `${formatNumber(row.expansion * 100)} %`,
          },
          { key: 'state', title: t('firms.state'), card: 'decides', render: (row) => <OpenTag state={row.state} /> },
          { key: 'source', title: t('firms.source'), hidden: true, render: (row) => row.source || '–' },
          verbsOf(t, () => (keepsAll(me) ? null : t('firms.officers_only')), false),
        ]}
        filters={[
          {
            kind: 'choice',
            key: 'state',
            label: t('firms.state'),
            options: states.map((value) => ({ value, label: t(`catalogue.state.${value}`) })),
          },
        ]}
        live={['chain_outside']}
        empty={{ nothing: t('firms.empty_outside'), verb: enter }}
      />
      <FormDrawer name="enter" title={t('firms.enter_outside')}>
        <EnterOutside />
      </FormDrawer>
      <FormDrawer name="edit" title={t('firms.change_outside')}>
        <Chosen of={api.outside.get}>{(firm) => <ChangeOutside firm={firm} />}</Chosen>
      </FormDrawer>
      <FormDrawer name="history" title={t('firms.history')}>
        <RowHistory of={api.outside.history} />
      </FormDrawer>
    </>
  )
}
