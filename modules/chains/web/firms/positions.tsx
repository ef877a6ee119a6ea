import { FormDrawer, inputOf, ListPage, OpenFormButton, useMe, useText, VerbButton } from '@tingzhou/ui'
import { positionContract } from '../../economy/economy-contract.ts'
import { positionRoles } from '../../words.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { keepsFor, usePlaces, type Position } from './api.ts'
import { ChangePosition, EnterPosition } from './position-form.tsx'
import { RemoveRow } from './remove-row.tsx'
import { Chosen, RowHistory, useMayEnter, verbsOf, yearFilter } from './list-parts.tsx'
import { positionColumns } from './position-columns.tsx'

const positionSchema = inputOf(positionContract.list)

/** What firms make, use and serve. */
export function PositionList() {
  const t = useText('chains')
  const named = useNamed()
  const me = useMe()
  const at = usePlaces()
  const refused = useMayEnter()
  const enter = (
    <OpenFormButton name="enter" primary reason={refused}>
      {t('firms.enter_position')}
    </OpenFormButton>
  )
  return (
    <>
      <ListPage
        name="chains.positions"
        title={t('firms.positions')}
        schema={positionSchema}
        source={{ key: api.positions.list.key(), load: (input, signal) => api.positions.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        rowHref={(row) => at.firm(row.firm.id, row.year)}
        primary={enter}
        verbs={
          <VerbButton href={`${at.imports}?kind=position`} reason={refused}>
            {t('firms.import')}
          </VerbButton>
        }
        searchHint={t('firms.search_position')}
        columns={[
          ...positionColumns(t, (row) => `${row.product.code} ${named(row.product)}`),
          verbsOf(t, (row: Position) => (keepsFor(me, row.firm.id) ? null : t('firms.own_only')), true),
        ]}
        filters={[
          yearFilter(t),
          {
            kind: 'choice',
            key: 'role',
            label: t('firms.role'),
            options: positionRoles.map((value) => ({ value, label: t(`firms.roles.${value}`) })),
          },
        ]}
        live={['chain_position']}
        empty={{ nothing: t('firms.empty_positions'), verb: enter }}
      />
      <FormDrawer name="enter" title={t('firms.enter_position')}>
        <EnterPosition />
      </FormDrawer>
      <FormDrawer name="edit" title={t('firms.change_position')}>
        <Chosen of={api.positions.get}>{(position) => <ChangePosition position={position} />}</Chosen>
      </FormDrawer>
      <FormDrawer name="remove" title={t('firms.remove_position')}>
        <Chosen of={api.positions.get}>
          {(row) => (
            <RemoveRow
              row={row}
              name={`${row.firm.name} · ${named(row.product)} · ${row.year}`}
              run={api.positions.remove.call}
            />
          )}
        </Chosen>
      </FormDrawer>
      <FormDrawer name="history" title={t('firms.history')}>
        <RowHistory of={api.positions.history} />
      </FormDrawer>
    </>
  )
}
