import { FormPage, inputOf, ListPage, useCommand, useMe, useText, VerbButton, type ListColumn } from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import { placeContract } from '../../place/place-contract.ts'
import { api, type Saved } from '../api.ts'
import { useSharedColumns } from '../columns.tsx'
import { SyntheticMark, OpenTag } from '../tags.tsx'
import type { PlaceDetail } from './api.ts'
import { PlaceItems, placeInput, type PlaceValues } from './place-form.tsx'
import { ShipperPick } from './pickers.tsx'
import { mayDispatch, mayShip, shippersOf } from './rights.ts'
import { useSurface } from './surface.ts'

const schema = inputOf(placeContract.list)

/** Where trucks load and unload: the shipper's own places and everybody's. */
export function PlaceList() {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const { byState } = useSharedColumns()
  const enter = (
    <VerbButton type="primary" href={at.newPlace} reason={mayShip(me) ? null : t('reason.keep_places')}>
      {t('place.enter')}
    </VerbButton>
  )
  const columns: readonly ListColumn<PlaceDetail>[] = [
    {
      key: 'name',
      title: t('field.name'),
      card: 'title',
      render: (row) => (
        <>
          {row.name} <SyntheticMark when={row.synthetic} />
        </>
      ),
    },
    {
      key: 'shipper',
      title: t('field.shipper'),
      card: 'decides',
      render: (row) => row.shipper?.name ?? t('place.common'),
    },
    { key: 'address', title: t('field.address'), card: 'decides', render: (row) => row.address },
    { key: 'contact', title: t('field.contact'), render: (row) => `${row.contact} ${row.phone}`.trim() || '–' },
    { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <OpenTag state={row.state} /> },
  ]
  return (
    <ListPage
      name="freight.places"
      title={t('place.title')}
      schema={schema}
      source={{ key: api.places.list.key(), load: (input, signal) => api.places.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.place(row.id)}
      primary={enter}
      searchHint={t('place.hint')}
      columns={columns}
      filters={[byState]}
      live={['freight_place']}
      empty={{ nothing: t('place.empty'), verb: enter }}
    />
  )
}

export function PlaceNew() {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const navigate = useNavigate()
  const own = shippersOf(me)
  const command = useCommand({ run: api.places.create.call, invalidate: [api.places.key()], success: t('saved') })
  return (
    <FormPage<PlaceValues, Parameters<typeof api.places.create.call>[0], Saved>
      title={t('place.enter')}
      initial={{ fenceM: 500, ...(own[0] && !mayDispatch(me) ? { shipperId: own[0].id } : {}) }}
      command={command}
      draft="freight.place"
      reason={mayShip(me) ? null : t('reason.keep_places')}
      toInput={(values) => ({ ...placeInput(values), shipperId: values.shipperId ?? null })}
      submit={t('place.enter')}
      done={({ id }) => void navigate(at.place(id))}
    >
      {(mayDispatch(me) || own.length > 1) && (
        <ShipperPick
          name="shipperId"
          label={t('field.shipper')}
          {...(mayDispatch(me) ? { extra: t('place.common_extra') } : { required: true })}
        />
      )}
      <PlaceItems />
    </FormPage>
  )
}
