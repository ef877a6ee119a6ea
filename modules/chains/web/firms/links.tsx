import { formatNumber, FormDrawer, inputOf, ListPage, OpenFormButton, useMe, useText, VerbButton } from '@tingzhou/ui'
import { linkContract } from '../../economy/economy-contract.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { keepsFor, usePlaces, type Link } from './api.ts'
import { ChangeLink, EnterLink } from './link-form.tsx'
import { RemoveRow } from './remove-row.tsx'
import { Chosen, RowHistory, useMayEnter, verbsOf, yearFilter } from './list-parts.tsx'
import { FirmLink, SyntheticMark, Traded, Way } from './parts.tsx'

const linkSchema = inputOf(linkContract.list)

/** Who supplies whom; volume and price of a link its two firms see. */
export function LinkList() {
  const t = useText('chains')
  const named = useNamed()
  const me = useMe()
  const at = usePlaces()
  const refused = useMayEnter()
  const enter = (
    <OpenFormButton name="enter" primary reason={refused}>
      {t('firms.enter_link')}
    </OpenFormButton>
  )
  return (
    <>
      <ListPage
        name="chains.links"
        title={t('firms.links')}
        schema={linkSchema}
        source={{ key: api.links.list.key(), load: (input, signal) => api.links.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        primary={enter}
        verbs={
          <VerbButton href={`${at.imports}?kind=link`} reason={refused}>
            {t('firms.import')}
          </VerbButton>
        }
        exportHref={(query) => `/api/v1/chain-links/export.xlsx?${query}`}
        searchHint={t('firms.search_link')}
        columns={[
          {
            key: 'seller',
            title: t('firms.seller'),
            card: 'title',
            render: (row) => (
              <>
                <FirmLink firm={row.seller} year={row.year} /> <SyntheticMark when={row.synthetic} />
              </>
            ),
          },
          {
            key: 'buyer',
            title: t('firms.buyer'),
            card: 'decides',
            render: (row) => <FirmLink firm={row.buyer} year={row.year} />,
          },
          { key: 'product', title: t('firms.product'), card: 'decides', render: (row) => named(row.product) },
          { key: 'year', title: t('firms.year'), render: (row) => row.year },
          {
            key: 'volume',
            title: t('firms.volume'),
            align: 'right',
            card: 'decides',
            render: (row) => <Traded link={row} what="volume" />,
          },
          {
            key: 'price',
            title: t('firms.price'),
            align: 'right',
            render: (row) => <Traded link={row} what="price" />,
          },
          {
            key: 'value',
            title: t('firms.value'),
            align: 'right',
            hidden: true,
            render: (row) => <Traded link={row} what="value" />,
          },
          { key: 'way', title: t('firms.distance'), align: 'right', render: (row) => <Way link={row} /> },
          { key: 'mode', title: t('firms.mode'), hidden: true, render: (row) => t(`firms.modes.${row.mode}`) },
          {
            key: 'rate',
            title: t('firms.rate'),
            hidden: true,
            align: 'right',
            render: (row) => `${formatNumber(row.rateFen / 100)} ${t('firms.rate_unit')}`,
          },
          { key: 'asOf', title: t('firms.as_of'), hidden: true, render: (row) => row.asOf },
          verbsOf(t, (row: Link) => (keepsFor(me, row.seller.id, row.buyer.id) ? null : t('firms.two_only')), true),
        ]}
        filters={[yearFilter(t)]}
        live={['chain_link']}
        empty={{ nothing: t('firms.empty_links'), verb: enter }}
      >
        <p className="tz-second">{t('firms.hidden_why')}</p>
      </ListPage>
      <FormDrawer name="enter" title={t('firms.enter_link')}>
        <EnterLink />
      </FormDrawer>
      <FormDrawer name="edit" title={t('firms.change_link')}>
        <Chosen of={api.links.get}>{(link) => <ChangeLink link={link} />}</Chosen>
      </FormDrawer>
      <FormDrawer name="remove" title={t('firms.remove_link')}>
        <Chosen of={api.links.get}>
          {(row) => (
            <RemoveRow
              row={row}
              name={`${row.seller.name} → ${row.buyer.name} · ${named(row.product)} · ${row.year}`}
              run={api.links.remove.call}
            />
          )}
        </Chosen>
      </FormDrawer>
      <FormDrawer name="history" title={t('firms.history')}>
        <RowHistory of={api.links.history} />
      </FormDrawer>
    </>
  )
}
