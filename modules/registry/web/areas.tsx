import { Form, Input, Select } from 'antd'
import {
  FormBox,
  ListPage,
  StateTag,
  useCommand,
  useMe,
  useText,
  formatNumber,
  FormDrawer,
  OpenFormButton,
  useOpenForm,
} from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Polygon, PlaceListInput, type Area, type AreaInput } from '../zone-contract.ts'
import { api } from './api.ts'
import { LineItem, SyntheticTag } from './parts.tsx'
import { LookupOne, people } from './pickers.tsx'
import { mayFound } from './roles.ts'

type Values = Omit<AreaInput, 'polygon'> & { readonly geoJson?: string; readonly why?: string }
type Changed = { readonly id: string; readonly rev: number }

/** Open or closed, as areas and departments are. */
export function PlaceState({ state }: { readonly state: 'open' | 'closed' }) {
  const t = useText('registry')
  const look =
    state === 'open' ? ({ tone: 'good', shape: 'dot' } as const) : ({ tone: 'plain', shape: 'cross' } as const)
  return <StateTag {...look}>{t(`place_state.${state}`)}</StateTag>
}

/** The areas of the zone, their leads and branches. */
export function AreaList() {
  const t = useText('registry')
  const me = useMe()
  const { open } = useOpenForm()
  const refused = mayFound(me) ? null : t('reason.found')
  const load = async (
    input: { q?: string | undefined; state?: 'open' | 'closed' | undefined },
    signal: AbortSignal,
  ) => {
    const { rows } = await api.areas.list.call(input, { signal })
    return { rows, next: null, total: rows.length }
  }
  return (
    <>
      <ListPage
        name="registry.areas"
        title={t('area.title')}
        schema={PlaceListInput}
        source={{ key: api.areas.list.key(), load }}
        rowKey={(row) => row.id}
        {...(refused === null
          ? { onOpen: (row: Area) => open('area', row.id) }
          : { rowHref: (row: Area) => `/enterprises?areaId=${row.id}` })}
        primary={
          <OpenFormButton name="area-new" primary reason={refused}>
            {t('area.add')}
          </OpenFormButton>
        }
        columns={[
          {
            key: 'code',
            title: t('field.code'),
            width: 100,
            render: (row) => <span className="tz-mono">{row.code}</span>,
          },
          {
            key: 'name',
            title: t('area.name'),
            card: 'title',
            render: (row) => (
              <>
                {row.name} <SyntheticTag when={row.synthetic} />
              </>
            ),
          },
          { key: 'lead', title: t('field.lead'), card: 'decides', render: (row) => row.leadName ?? '–' },
          { key: 'deputy', title: t('field.deputy'), render: (row) => row.deputyName ?? '–' },
          { key: 'branch', title: t('field.partyBranch'), render: (row) => row.partyBranch || '–' },
          { key: 'map', title: t('field.polygon'), hidden: true, render: (row) => t(row.polygon ? 'yes' : 'no') },
          {
            key: 'enterprises',
            title: t('area.enterprises'),
            unit: t('unit.firms'),
            align: 'right',
            card: 'decides',
            render: (row) => formatNumber(row.enterprises),
          },
          { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <PlaceState state={row.state} /> },
        ]}
        filters={[
          {
            kind: 'choice',
            key: 'state',
            label: t('field.state'),
            options: (['open', 'closed'] as const).map((value) => ({ value, label: t(`place_state.${value}`) })),
          },
        ]}
        live={['area']}
        empty={{ nothing: t('area.empty') }}
      />
      <FormDrawer name="area-new" title={t('area.new')}>
        <AddArea />
      </FormDrawer>
      <FormDrawer name="area" title={t('area.edit')}>
        <EditArea />
      </FormDrawer>
    </>
  )
}

function inputOf({ geoJson, why: _why, ...facts }: Values): AreaInput {
  const parsed = geoJson?.trim() ? Polygon.safeParse(readJson(geoJson)) : null
  return { ...facts, polygon: parsed?.success ? parsed.data : null }
}

function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    // A feature as map programs save it.
    return typeof value === 'object' && value !== null && 'geometry' in value ? value.geometry : value
  } catch {
    return null
  }
}

function Fields({ changing }: { readonly changing: boolean }) {
  const t = useText('registry')
  const polygonRule = {
    validator: async (_rule: unknown, text: string | undefined) => {
      if (text?.trim() && !Polygon.safeParse(readJson(text)).success) throw new Error(t('rule.polygon'))
    },
  }
  return (
    <>
      <LineItem name="code" label={t('field.code')} max={40} required />
      <LineItem name="name" label={t('area.name')} max={60} required />
      <Form.Item name="leadAccountId" label={t('field.lead')} extra={t('help.lead')}>
        <LookupOne source={people} placeholder={t('pick.person')} />
      </Form.Item>
      <Form.Item name="deputyAccountId" label={t('field.deputy')}>
        <LookupOne source={people} placeholder={t('pick.person')} />
      </Form.Item>
      <LineItem name="partyBranch" label={t('field.partyBranch')} max={200} />
      <Form.Item name="geoJson" label={t('field.polygon')} extra={t('help.polygon')} rules={[polygonRule]}>
        <Input.TextArea rows={4} className="tz-mono" />
      </Form.Item>
      <StateField />
      {changing && <LineItem name="why" label={t('why')} max={500} />}
    </>
  )
}

/** Whether the place takes anything new. */
export function StateField() {
  const t = useText('registry')
  return (
    <Form.Item name="state" label={t('field.state')}>
      <Select options={(['open', 'closed'] as const).map((value) => ({ value, label: t(`place_state.${value}`) }))} />
    </Form.Item>
  )
}

const fieldNames = { polygon: 'geoJson' }

function AddArea() {
  const t = useText('registry')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.areas.create.call, invalidate: [api.areas.key()], success: t('saved') })
  return (
    <FormBox<Values, Parameters<typeof api.areas.create.call>[0], Changed>
      command={command}
      initial={{ state: 'open' }}
      toInput={inputOf}
      fieldNames={fieldNames}
      submit={t('area.add')}
      done={close}
      onCancel={close}
    >
      <Fields changing={false} />
    </FormBox>
  )
}

function EditArea() {
  const { item } = useOpenForm()
  const query = useQuery({ ...api.areas.get.queryOptions({ input: { id: item ?? '' } }), enabled: item !== null })
  return query.data ? <EditForm key={query.data.rev} area={query.data} /> : null
}

function EditForm({ area }: { readonly area: Area }) {
  const t = useText('registry')
  const { close } = useOpenForm()
  const { id, rev, polygon } = area
  const command = useCommand({ run: api.areas.change.call, invalidate: [api.areas.key()], success: t('saved') })
  const initial: Partial<Values> = {
    code: area.code,
    name: area.name,
    leadAccountId: area.leadAccountId,
    deputyAccountId: area.deputyAccountId,
    partyBranch: area.partyBranch,
    state: area.state,
    ...(polygon === null ? {} : { geoJson: JSON.stringify(polygon) }),
  }
  return (
    <FormBox<Values, Parameters<typeof api.areas.change.call>[0], Changed>
      command={command}
      initial={initial}
      toInput={(values) => ({ ...inputOf(values), id, rev, ...(values.why ? { why: values.why } : {}) })}
      fieldNames={fieldNames}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <Fields changing />
    </FormBox>
  )
}
