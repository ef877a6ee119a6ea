import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  formatNumber,
  FormPage,
  inputOf,
  ListPage,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  DayItem,
  TextItem,
  WholeItem,
} from '@tingzhou/ui'
import { Link, useNavigate, useParams } from 'react-router'
import { massMaxKg, vehicleContract } from '../vehicle-contract.ts'
import { api, type VehicleDetail, type Saved } from './api.ts'
import { useCodes } from './codes.ts'
import { useSharedColumns } from './columns.tsx'
import { CarrierItem, ChangeItems, CodeItem } from './fields.tsx'
import { RegisterPage } from './register-page.tsx'
import { Terminals } from './risk/terminal.tsx'
import { VehicleBody } from './tour/body.tsx'
import { mayKeep } from './roles.ts'
import { SyntheticMark } from './tags.tsx'
import { WhyNot } from './wave/why-not.tsx'

const schema = inputOf(vehicleContract.list)

/** The vehicles of the carriers within reach. */
export function VehicleList() {
  const t = useText('freight')
  const me = useMe()
  const shared = useSharedColumns()
  const types = useCodes('vehicle-type')
  const refused = mayKeep(me) ? null : t('reason.keep')
  const enter = (
    <VerbButton type="primary" href="/freight-vehicles/new" reason={refused}>
      {t('vehicle.enter')}
    </VerbButton>
  )
  return (
    <ListPage
      name="freight.vehicles"
      title={t('vehicle.title')}
      schema={schema}
      source={{
        key: api.vehicles.list.key(),
        load: (input, signal) => api.vehicles.list.call(input, { signal }),
      }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/freight-vehicles/${row.id}`}
      primary={enter}
      verbs={
        <VerbButton href="/freight-import?kind=vehicle" reason={refused}>
          {t('import.verb')}
        </VerbButton>
      }
      exportHref={(query) => `/api/v1/freight-vehicles/export.xlsx?${query}`}
      searchHint={t('vehicle.hint')}
      columns={[
        {
          key: 'plate',
          title: t('field.plate'),
          card: 'title',
          render: (row) => (
            <>
              <span className="tz-mono">{row.plate}</span> <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        shared.stand,
        { key: 'type', title: t('field.typeCode'), card: 'decides', render: (row) => types.name(row.typeCode) },
        { key: 'carrier', title: t('field.carrier'), card: 'decides', render: (row) => row.carrier.name },
        {
          key: 'rated',
          title: t('field.ratedLoad'),
          unit: 'kg',
          align: 'right',
          render: (row) => formatNumber(row.ratedLoadKg),
        },
        {
          key: 'gross',
          title: t('field.gross'),
          unit: 'kg',
          align: 'right',
          render: (row) => formatNumber(row.grossKg),
        },
        shared.state,
      ]}
      filters={[shared.byState]}
      live={['freight_vehicle']}
      empty={{ nothing: t('vehicle.empty'), verb: enter }}
    />
  )
}

type Values = Omit<Parameters<typeof api.vehicles.create.call>[0], 'commandId'>

/** What the contract takes; the form also holds what it does not edit. */
const filled = (values: Values) => ({
  plate: values.plate,
  plateColour: values.plateColour,
  typeCode: values.typeCode,
  energy: values.energy,
  ratedLoadKg: values.ratedLoadKg,
  grossKg: values.grossKg,
  owner: values.owner ?? '',
  useCharacter: values.useCharacter ?? '',
  vin: values.vin ?? '',
  issuer: values.issuer ?? '',
  registeredOn: values.registeredOn ?? null,
  issuedOn: values.issuedOn ?? null,
  transportPermit: values.transportPermit ?? '',
  trailerPlate: values.trailerPlate ?? '',
  remark: values.remark ?? '',
})

function VehicleItems() {
  const t = useText('freight')
  return (
    <>
      <TextItem name="plate" label={t('field.plate')} max={35} required />
      <CodeItem name="plateColour" label={t('field.plateColour')} table="plate-colour" required />
      <CodeItem name="typeCode" label={t('field.typeCode')} table="vehicle-type" required />
      <CodeItem name="energy" label={t('field.energy')} table="energy" required />
      <WholeItem
        name="ratedLoadKg"
        label={t('field.ratedLoadKg')}
        min={0}
        max={massMaxKg}
        required
        extra={t('field.ratedLoad_extra')}
      />
      <WholeItem name="grossKg" label={t('field.grossKg')} max={massMaxKg} required extra={t('field.gross_extra')} />
      <TextItem name="transportPermit" label={t('field.transportPermit')} max={20} extra={t('field.heavy_extra')} />
      <TextItem name="trailerPlate" label={t('field.trailerPlate')} max={35} />
      <TextItem name="owner" label={t('field.owner')} max={128} extra={t('field.light_extra')} />
      <TextItem name="useCharacter" label={t('field.useCharacter')} max={20} />
      <TextItem name="vin" label={t('field.vin')} max={32} />
      <TextItem name="issuer" label={t('field.issuer')} max={128} />
      <DayItem name="registeredOn" label={t('field.registeredOn')} />
      <DayItem name="issuedOn" label={t('field.issuedOn')} />
      <TextItem name="remark" label={t('field.remark')} max={256} rows={2} />
    </>
  )
}

export function VehicleNew() {
  const t = useText('freight')
  const me = useMe()
  const navigate = useNavigate()
  const command = useCommand({
    run: api.vehicles.create.call,
    invalidate: [api.vehicles.key(), api.carriers.key()],
    success: t('saved'),
  })
  return (
    <FormPage<Values, Parameters<typeof api.vehicles.create.call>[0], Saved>
      title={t('vehicle.enter')}
      command={command}
      draft="freight.vehicle"
      reason={mayKeep(me) ? null : t('reason.keep')}
      toInput={(values) => ({ ...filled(values), carrierId: values.carrierId })}
      submit={t('vehicle.enter')}
      done={({ id }) => void navigate(`/freight-vehicles/${id}`)}
    >
      <CarrierItem name="carrierId" label={t('field.carrier')} required />
      <VehicleItems />
    </FormPage>
  )
}

/** One vehicle: its papers, who drives it, what happened to it. */
export function VehiclePage() {
  const t = useText('freight')
  const { id = '' } = useParams()
  const query = useQuery(api.vehicles.get.queryOptions({ input: { id } }))
  const history = useQuery(api.vehicles.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['freight_vehicle'], keys: [api.vehicles.key()] })
  const types = useCodes('vehicle-type')
  const colours = useCodes('plate-colour')
  const energies = useCodes('energy')
  return (
    <RegisterPage
      subject="vehicle"
      query={query}
      history={history}
      show={(vehicle) => ({
        title: vehicle.plate,
        facts: [
          {
            label: t('field.carrier'),
            value: <Link to={`/freight-carriers/${vehicle.carrier.id}`}>{vehicle.carrier.name}</Link>,
          },
          { label: t('field.plateColour'), value: colours.name(vehicle.plateColour) },
          { label: t('field.typeCode'), value: `${vehicle.typeCode} ${types.name(vehicle.typeCode)}` },
          { label: t('field.energy'), value: energies.name(vehicle.energy) },
          { label: t('field.ratedLoadKg'), value: formatNumber(vehicle.ratedLoadKg) },
          {
            label: t('field.grossKg'),
            value: `${formatNumber(vehicle.grossKg)}${vehicle.light ? ` · ${t('vehicle.light')}` : ''}`,
          },
          { label: t('field.transportPermit'), value: vehicle.transportPermit || '–' },
          { label: t('field.trailerPlate'), value: vehicle.trailerPlate || '–' },
          { label: t('field.owner'), value: vehicle.owner || '–' },
          { label: t('field.useCharacter'), value: vehicle.useCharacter || '–' },
          { label: t('field.vin'), value: vehicle.vin || '–' },
        ],
        tabs: [
          { key: 'terminals', label: t('terminal.title'), children: <Terminals vehicleId={vehicle.id} /> },
          { key: 'body', label: t('vehicle_body.title'), children: <VehicleBody vehicleId={vehicle.id} /> },
          { key: 'dispatch', label: t('why_not.tab'), children: <WhyNot vehicleId={vehicle.id} /> },
        ],
        edit: <Edit vehicle={vehicle} />,
      })}
    />
  )
}

type EditValues = Values & { readonly state: 'open' | 'closed'; readonly why: string }

function Edit({ vehicle }: { readonly vehicle: VehicleDetail }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.vehicles.change.call,
    invalidate: [api.vehicles.key()],
    success: t('saved'),
  })
  return (
    <FormBox<EditValues, Parameters<typeof api.vehicles.change.call>[0], Saved>
      initial={vehicle}
      command={command}
      toInput={(values) => ({
        ...filled(values),
        state: values.state,
        why: values.why,
        id: vehicle.id,
        rev: vehicle.rev,
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <VehicleItems />
      <ChangeItems />
    </FormBox>
  )
}
