import { useQueries } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
  formatMass,
  formatNumber,
  inputOf,
  ListPage,
  ManyChoices,
  ProblemAlert,
  useCommand,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  When,
  type ListColumn,
} from '@tingzhou/ui'
import { Form, Radio } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { loadContract } from '../../load/load-contract.ts'
import { tourLoadsMax } from '../../tour/words.ts'
import { api, type Done } from '../api.ts'
import type { LoadDetail } from '../carriage/api.ts'
import { findShippers, nameOfShipper } from '../carriage/pickers.tsx'
import { mayDispatch } from '../carriage/rights.ts'
import { Taken } from '../carriage/tags.tsx'
import { placeOf } from './api.ts'

const schema = inputOf(loadContract.list)

/** Open loads, of which some are chosen; then the trucks, and the planning begins. */
export function MakeTours() {
  const t = useText('freight')
  const me = useMe()
  const { open } = useOpenForm()
  const [chosen, setChosen] = useState<readonly LoadDetail[]>([])
  const columns: readonly ListColumn<LoadDetail>[] = [
    {
      key: 'number',
      title: t('load.one'),
      card: 'title',
      render: (row) => (
        <>
          <span className="tz-mono">{row.number}</span> {row.goods}
        </>
      ),
    },
    { key: 'route', title: t('load.route'), card: 'decides', render: (row) => `${row.from.name} → ${row.to.name}` },
    {
      key: 'quantity',
      title: t('load.left'),
      card: 'decides',
      render: (row) => <Taken quantity={row.quantity} taken={row.taken} measure={row.measure} />,
    },
    {
      key: 'window',
      title: t('load.window'),
      card: 'decides',
      render: (row) => (
        <>
          <When at={row.loadFrom} /> – <When at={row.loadUntil} />
        </>
      ),
    },
    { key: 'shipper', title: t('field.shipper'), render: (row) => row.shipper.name },
  ]
  const reasonOf = (rows: readonly LoadDetail[]) => {
    if (!mayDispatch(me)) return t('reason.dispatch')
    return rows.length > tourLoadsMax ? t('tour.too_many', { n: formatNumber(tourLoadsMax) }) : null
  }
  return (
    <>
      <ListPage
        name="freight.tour_loads"
        title={t('tour.choose_loads')}
        schema={schema}
        fixed={{ state: 'published', mode: 'assign' }}
        source={{ key: api.loads.list.key(), load: (input, signal) => api.loads.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        columns={columns}
        selection={(rows) => (
          <VerbButton
            type="primary"
            reason={reasonOf(rows)}
            onClick={() => {
              setChosen(rows)
              open('plan')
            }}
          >
            {t('tour.plan_chosen', { n: formatNumber(rows.length) })}
          </VerbButton>
        )}
        searchHint={t('load.hint')}
        verbs={<VerbButton href={placeOf.list}>{t('tour.title')}</VerbButton>}
        filters={[
          { kind: 'lookup', key: 'shipperId', label: t('field.shipper'), find: findShippers, name: nameOfShipper },
        ]}
        live={['freight_load']}
        empty={{ nothing: t('tour.no_loads') }}
      />
      <FormDrawer name="plan" title={t('tour.make')}>
        <PlanForm loads={chosen} />
      </FormDrawer>
    </>
  )
}

type Values = { readonly which: 'all' | 'some'; readonly vehicleIds?: readonly string[] }
// Trucks near the first loads stand for those near all of them.
const nearOfMax = 3

function PlanForm({ loads }: { readonly loads: readonly LoadDetail[] }) {
  const t = useText('freight')
  const navigate = useNavigate()
  const { close } = useOpenForm()
  const [form] = Form.useForm<Values>()
  const which = Form.useWatch('which', form)
  const command = useCommand({ run: api.tours.make.call, invalidate: [api.tours.key()] })
  if (loads.length === 0) return <p className="tz-second">{t('tour.choose_first')}</p>
  return (
    <FormBox<Values, Parameters<typeof api.tours.make.call>[0], Done>
      form={form}
      initial={{ which: 'all' }}
      command={command}
      toInput={({ which: said, vehicleIds }) => ({
        loads: loads.map(({ id }) => ({ id })),
        vehicleIds: said === 'some' ? [...(vehicleIds ?? [])] : null,
      })}
      submit={t('tour.plan_now')}
      done={({ id }) => void navigate(placeOf.plan(id))}
      onCancel={close}
    >
      <p className="tz-second">{t('tour.plan_means', { n: formatNumber(loads.length) })}</p>
      <Form.Item name="which" label={t('tour.trucks')}>
        <Radio.Group
          options={(['all', 'some'] as const).map((value) => ({ value, label: t(`tour.trucks_${value}`) }))}
        />
      </Form.Item>
      {which === 'some' && <FreeTrucks loads={loads} />}
    </FormBox>
  )
}

/** Free trucks near the chosen loads, the nearest first. */
function FreeTrucks({ loads }: { readonly loads: readonly LoadDetail[] }) {
  const t = useText('freight')
  const queries = useQueries({
    queries: loads.slice(0, nearOfMax).map(({ id }) => api.desk.near.queryOptions({ input: { loadId: id } })),
  })
  const problem = queries.find(({ error }) => error)?.error
  const rows = new Map(queries.flatMap(({ data }) => data?.rows ?? []).map((row) => [row.vehicle.id, row]))
  if (problem) return <ProblemAlert problem={problem} />
  if (queries.every(({ data }) => data) && rows.size === 0) return <p className="tz-second">{t('tour.no_trucks')}</p>
  const options = [...rows.values()]
    .toSorted((a, b) => a.distanceM - b.distanceM)
    .map(({ vehicle, driver, distanceM }) => ({
      value: vehicle.id,
      label: t('tour.truck_said', {
        plate: vehicle.plate,
        driver: driver.name,
        mass: formatMass(vehicle.ratedLoadKg),
        km: formatNumber(distanceM / 1_000, 1),
      }),
    }))
  return (
    <Form.Item
      name="vehicleIds"
      label={t('tour.trucks_chosen')}
      rules={[{ required: true, message: t('rule.say', { label: t('tour.trucks_chosen') }) }]}
    >
      <ManyChoices options={options} />
    </Form.Item>
  )
}
