import { useQuery } from '@tanstack/react-query'
import {
  ChoiceItem,
  DegreeItem,
  FormBox,
  FormDrawer,
  formatMoney,
  formatNumber,
  FormPage,
  inputOf,
  ListPage,
  ObjectPage,
  OpenFormButton,
  PickItem,
  ScaledItem,
  TextItem,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  HistoryTrail,
  unitWord,
  NumberItem,
} from '@tingzhou/ui'
import { Link, useNavigate, useParams } from 'react-router'
import { plantContract } from '../../target/plant-contract.ts'
import { plantStates } from '../../target/words.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { siteUnits } from '../site-units.ts'
import { placeOf, type PlantDetail, type Saved } from './api.ts'
import { mayKeep } from './rights.ts'
import { PlantTag, SyntheticMark, TargetTag } from './tags.tsx'

const schema = inputOf(plantContract.list)
const shown = (value: number | null, unit: string): string =>
  value === null ? '–' : `${formatNumber(value)} ${unitWord(unit)}`

/** Idle plants, the largest first. */
export function PlantList() {
  const t = useText('chains')
  const me = useMe()
  const enter = (
    <VerbButton type="primary" href={placeOf.newPlant} reason={mayKeep(me) ? null : t('target.reason.officer_only')}>
      {t('plant.enter')}
    </VerbButton>
  )
  return (
    <ListPage
      name="chains.plants"
      title={t('plant.title')}
      schema={schema}
      source={{ key: api.plants.list.key(), load: (input, signal) => api.plants.list.call(input, { signal }) }}
      rowKey={({ id }) => id}
      rowHref={({ id }) => placeOf.plant(id)}
      primary={enter}
      verbs={<VerbButton href={placeOf.board}>{t('target.title')}</VerbButton>}
      searchHint={t('plant.hint')}
      columns={[
        {
          key: 'name',
          title: t('plant.name'),
          card: 'title',
          render: (row) => (
            <>
              {row.name} <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        { key: 'place', title: t('plant.place'), render: ({ place }) => place || '–' },
        {
          key: 'area',
          title: t('plant.need.landM2'),
          unit: unitWord(siteUnits.landM2),
          align: 'right',
          card: 'decides',
          render: ({ areaM2 }) => formatNumber(areaM2),
        },
        {
          key: 'power',
          title: t('plant.need.powerKw'),
          unit: unitWord(siteUnits.powerKw),
          align: 'right',
          card: 'decides',
          render: ({ powerKw }) => (powerKw === null ? '–' : formatNumber(powerKw)),
        },
        {
          key: 'price',
          title: t('plant.price'),
          align: 'right',
          render: ({ priceFen }) => (priceFen === null ? '–' : formatMoney(priceFen)),
        },
        {
          key: 'state',
          title: t('plant.state_of'),
          card: 'decides',
          render: ({ state }) => <PlantTag state={state} />,
        },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('plant.state_of'),
          options: plantStates.map((value) => ({ value, label: t(`plant.state.${value}`) })),
        },
      ]}
      live={['chain_plant']}
      empty={{ nothing: t('plant.empty'), verb: enter }}
    />
  )
}

type Values = {
  readonly name: string
  readonly place?: string
  readonly lon?: number | null
  readonly lat?: number | null
  readonly areaM2: number
  readonly heightM?: number | null
  readonly powerKw?: number | null
  readonly waterM3Day?: number | null
  readonly priceFen?: number | null
  readonly ownerId?: string | null
  readonly remark?: string
}
const inputFrom = (values: Values) => ({
  name: values.name,
  place: values.place ?? '',
  lon: values.lon ?? null,
  lat: values.lat ?? null,
  areaM2: values.areaM2,
  heightM: values.heightM ?? null,
  powerKw: values.powerKw ?? null,
  waterM3Day: values.waterM3Day ?? null,
  priceFen: values.priceFen ?? null,
  ownerId: values.ownerId ?? null,
  remark: values.remark ?? '',
})

function PlantItems() {
  const t = useText('chains')
  const site = (need: keyof typeof siteUnits) => ({
    label: t(`plant.need.${need}`),
    min: 0,
    unit: unitWord(siteUnits[need]),
  })
  return (
    <>
      <TextItem name="name" label={t('plant.name')} max={120} required />
      <TextItem name="place" label={t('plant.place')} max={120} />
      <NumberItem {...site('landM2')} name="areaM2" min={1} max={100_000_000} required />
      <NumberItem {...site('heightM')} name="heightM" max={200} />
      <NumberItem {...site('powerKw')} name="powerKw" max={10_000_000} />
      <NumberItem {...site('waterM3Day')} name="waterM3Day" max={10_000_000} />
      <ScaledItem name="priceFen" label={t('plant.price')} scale={2} unit="¥" max={100_000_000} />
      <DegreeItem name="lon" label={t('plant.lon')} max={180} />
      <DegreeItem name="lat" label={t('plant.lat')} max={90} />
      <PickItem
        name="ownerId"
        label={t('plant.owner')}
        among={['chain-firm-inside']}
        find={async (q, signal) =>
          (await api.firms.list.call({ side: 'inside', ...(q === '' ? {} : { q }) }, { signal })).rows.map(
            ({ id, name }) => ({ value: id, label: name }),
          )
        }
      />
      <TextItem name="remark" label={t('plant.remark')} max={500} rows={2} />
    </>
  )
}

export function PlantNew() {
  const t = useText('chains')
  const me = useMe()
  const navigate = useNavigate()
  const command = useCommand({
    run: api.plants.create.call,
    invalidate: [api.plants.key(), api.lines.key(), api.targets.key()],
    success: t('plant.saved'),
  })
  return (
    <FormPage<Values, Parameters<typeof api.plants.create.call>[0], Saved>
      title={t('plant.enter')}
      initial={{}}
      command={command}
      draft="chains.plant"
      reason={mayKeep(me) ? null : t('target.reason.officer_only')}
      toInput={inputFrom}
      submit={t('plant.enter')}
      done={({ id }) => void navigate(placeOf.plant(id))}
    >
      <PlantItems />
    </FormPage>
  )
}

/** One plant: what it gives, whose it is, and which target has it. */
export function PlantPage() {
  const t = useText('chains')
  const named = useNamed()
  const me = useMe()
  const { id = '' } = useParams()
  const query = useQuery(api.plants.get.queryOptions({ input: { id } }))
  const history = useQuery(api.plants.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['chain_plant'], objectId: id, keys: [api.plants.key()] })
  const plant = query.data
  if (!plant)
    return (
      <ObjectPage
        title={t('plant.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <>
      <ObjectPage
        title={plant.name}
        state={
          <>
            <PlantTag state={plant.state} /> <SyntheticMark when={plant.synthetic} />
          </>
        }
        verbs={
          <OpenFormButton name="edit" reason={mayKeep(me) ? null : t('target.reason.officer_only')}>
            {t('plant.change')}
          </OpenFormButton>
        }
        facts={[
          { label: t('plant.place'), value: plant.place || '–' },
          { label: t('plant.need.landM2'), value: shown(plant.areaM2, siteUnits.landM2) },
          { label: t('plant.need.heightM'), value: shown(plant.heightM, siteUnits.heightM) },
          { label: t('plant.need.powerKw'), value: shown(plant.powerKw, siteUnits.powerKw) },
          { label: t('plant.need.waterM3Day'), value: shown(plant.waterM3Day, siteUnits.waterM3Day) },
          { label: t('plant.price'), value: plant.priceFen === null ? '–' : formatMoney(plant.priceFen) },
          {
            label: t('plant.owner'),
            value: plant.owner === null ? '–' : <Link to={placeOf.firm(plant.owner.id)}>{plant.owner.name}</Link>,
          },
          {
            label: t('plant.point'),
            value: plant.lon === null || plant.lat === null ? '–' : `${plant.lon}°, ${plant.lat}°`,
          },
          {
            label: t('target.one'),
            value:
              plant.target === null ? (
                '–'
              ) : (
                <>
                  <Link to={placeOf.target(plant.target.id)}>{named(plant.target)}</Link>{' '}
                  <TargetTag state={plant.target.state} />
                </>
              ),
          },
          ...(plant.remark === '' ? [] : [{ label: t('plant.remark'), value: plant.remark }]),
        ]}
        trail={<HistoryTrail rows={history.data?.rows} did="chains:plant.did" />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <FormDrawer name="edit" title={t('plant.change')}>
        <ChangePlant plant={plant} />
      </FormDrawer>
    </>
  )
}

type ChangeValues = Values & { readonly state?: 'open' | 'closed'; readonly why: string }

function ChangePlant({ plant }: { readonly plant: PlantDetail }) {
  const t = useText('chains')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.plants.change.call,
    invalidate: [api.plants.key(), api.lines.key(), api.targets.key()],
    success: t('plant.saved'),
  })
  const { owner, state, ...fields } = plant
  const isTaken = state === 'taken'
  return (
    <FormBox<ChangeValues, Parameters<typeof api.plants.change.call>[0], Saved>
      initial={{ ...fields, ownerId: owner?.id ?? null, ...(isTaken ? {} : { state }), why: '' }}
      command={command}
      toInput={({ state: next, why, ...values }) => ({
        ...inputFrom(values),
        ...(next === undefined ? {} : { state: next }),
        id: plant.id,
        rev: plant.rev,
        why,
      })}
      submit={t('plant.save')}
      done={close}
      onCancel={close}
    >
      <PlantItems />
      {!isTaken && (
        <ChoiceItem
          name="state"
          label={t('plant.state_of')}
          options={(['open', 'closed'] as const).map((value) => ({ value, label: t(`plant.state.${value}`) }))}
        />
      )}
      <TextItem name="why" label={t('target.why')} max={500} required rows={2} />
    </FormBox>
  )
}
