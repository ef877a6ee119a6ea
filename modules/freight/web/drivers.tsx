import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
  FormPage,
  inputOf,
  ListPage,
  OpenFormButton,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  DayItem,
  FlagItem,
  TextItem,
} from '@tingzhou/ui'
import { useNavigate, useParams } from 'react-router'
import { driverContract } from '../driver-contract.ts'
import { longTerm } from '../words.ts'
import { AccountForm } from './account-form.tsx'
import { api, type DriverDetail, type Saved } from './api.ts'
import { useSharedColumns } from './columns.tsx'
import { BeginDriving } from './drivings.tsx'
import { CarrierItem, ChangeItems } from './fields.tsx'
import { RatingSum } from './opinions/rating-sum.tsx'
import { RegisterPage } from './register-page.tsx'
import { mayGrant, mayKeep } from './roles.ts'
import { SyntheticMark } from './tags.tsx'

const schema = inputOf(driverContract.list)

/** The drivers of the carriers within reach. */
export function DriverList() {
  const t = useText('freight')
  const me = useMe()
  const shared = useSharedColumns()
  const refused = mayKeep(me) ? null : t('reason.keep')
  const enter = (
    <VerbButton type="primary" href="/freight-drivers/new" reason={refused}>
      {t('driver.enter')}
    </VerbButton>
  )
  return (
    <ListPage
      name="freight.drivers"
      title={t('driver.title')}
      schema={schema}
      source={{
        key: api.drivers.list.key(),
        load: (input, signal) => api.drivers.list.call(input, { signal }),
      }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/freight-drivers/${row.id}`}
      primary={enter}
      verbs={
        <VerbButton href="/freight-import?kind=driver" reason={refused}>
          {t('import.verb')}
        </VerbButton>
      }
      exportHref={(query) => `/api/v1/freight-drivers/export.xlsx?${query}`}
      searchHint={t('driver.hint')}
      columns={[
        {
          key: 'name',
          title: t('field.person'),
          card: 'title',
          render: (row) => (
            <>
              {row.name} <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        shared.stand,
        {
          key: 'carriers',
          title: t('field.carrier'),
          card: 'decides',
          render: (row) => row.carriers.map(({ name }) => name).join(t('comma')) || '–',
        },
        { key: 'class', title: t('field.licenceClass'), card: 'decides', render: (row) => row.licenceClass },
        {
          key: 'number',
          title: t('field.idNumber'),
          render: (row) => <span className="tz-mono">{row.idNumber}</span>,
        },
        { key: 'phone', title: t('field.phone'), render: (row) => row.phone },
        shared.state,
      ]}
      filters={[shared.byState]}
      live={['freight_driver']}
      empty={{ nothing: t('driver.empty'), verb: enter }}
    />
  )
}

type Values = Omit<Parameters<typeof api.drivers.create.call>[0], 'commandId'>

/** What the contract takes; the form also holds what it does not edit. */
const filled = (values: Values) => ({
  name: values.name,
  light: values.light ?? false,
  phone: values.phone,
  licenceClass: values.licenceClass,
  licenceIssuer: values.licenceIssuer,
  licenceFrom: values.licenceFrom,
  licenceTo: values.licenceTo,
  remark: values.remark ?? '',
})

function DriverItems({ isNew }: { readonly isNew: boolean }) {
  const t = useText('freight')
  const kept = isNew ? undefined : t('field.kept_extra')
  return (
    <>
      <TextItem name="name" label={t('field.person')} max={30} required />
      <TextItem name="idNumber" label={t('field.idNumber')} max={18} required={isNew} extra={kept} />
      <TextItem name="phone" label={t('field.phone')} max={18} required />
      <TextItem name="licenceClass" label={t('field.licenceClass')} max={20} required />
      <TextItem name="licenceIssuer" label={t('field.licenceIssuer')} max={128} required />
      <DayItem name="licenceFrom" label={t('field.licenceFrom')} required />
      <DayItem
        name="licenceTo"
        label={t('field.licenceTo')}
        required
        extra={t('field.long_term_extra', { day: longTerm })}
      />
      <FlagItem name="light" label={t('field.light')} />
      <TextItem name="qualification" label={t('field.qualification')} max={19} extra={kept ?? t('field.heavy_extra')} />
      <TextItem name="remark" label={t('field.remark')} max={256} rows={2} />
    </>
  )
}

export function DriverNew() {
  const t = useText('freight')
  const me = useMe()
  const navigate = useNavigate()
  const command = useCommand({
    run: api.drivers.create.call,
    invalidate: [api.drivers.key(), api.carriers.key()],
    success: t('saved'),
  })
  return (
    // No draft: an identity number does not stay in the browser.
    <FormPage<Values, Parameters<typeof api.drivers.create.call>[0], Saved>
      title={t('driver.enter')}
      command={command}
      reason={mayKeep(me) ? null : t('reason.keep')}
      toInput={(values) => ({
        ...filled(values),
        carrierId: values.carrierId,
        idNumber: values.idNumber,
        qualification: values.qualification ?? '',
      })}
      submit={t('driver.enter')}
      done={({ id }) => void navigate(`/freight-drivers/${id}`)}
    >
      <CarrierItem name="carrierId" label={t('field.carrier')} required />
      <DriverItems isNew />
    </FormPage>
  )
}

/** One driver: papers, for whom the driver drives, what happened. */
export function DriverPage() {
  const t = useText('freight')
  const me = useMe()
  const { id = '' } = useParams()
  const query = useQuery(api.drivers.get.queryOptions({ input: { id } }))
  const history = useQuery(api.drivers.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['freight_driver'], keys: [api.drivers.key()] })
  const dayOf = (day: string) => (day === longTerm ? t('paper.long_term') : day)
  return (
    <RegisterPage
      subject="driver"
      query={query}
      history={history}
      show={(driver) => ({
        title: driver.name,
        verbs: (
          <>
            <OpenFormButton name="driving" reason={mayKeep(me) ? null : t('reason.keep')}>
              {t('driving.begin')}
            </OpenFormButton>
            <OpenFormButton
              name="account"
              reason={driver.hasAccount ? t('driver.has_account') : mayGrant(me) ? null : t('reason.grant')}
            >
              {t('driver.link')}
            </OpenFormButton>
          </>
        ),
        facts: [
          { label: t('field.idNumber'), value: <span className="tz-mono">{driver.idNumber}</span> },
          { label: t('field.phone'), value: driver.phone },
          { label: t('field.licenceClass'), value: driver.licenceClass },
          { label: t('field.licenceIssuer'), value: driver.licenceIssuer },
          { label: t('field.licenceTerm'), value: `${driver.licenceFrom} – ${dayOf(driver.licenceTo)}` },
          { label: t('field.qualification'), value: driver.qualification || t('driver.light') },
          { label: t('field.carrier'), value: driver.carriers.map(({ name }) => name).join(t('comma')) || '–' },
          { label: t('field.remark'), value: driver.remark || '–' },
          { label: t('rating.title'), value: <RatingSum subject="driver" id={id} /> },
        ],
        edit: <Edit driver={driver} />,
        drawers: (
          <>
            <FormDrawer name="driving" title={t('driving.begin')}>
              <BeginDriving driverId={id} />
            </FormDrawer>
            <FormDrawer name="account" title={t('driver.link')}>
              <AccountForm id={id} run={api.drivers.linkAccount.call} submit={t('driver.link')} />
            </FormDrawer>
          </>
        ),
      })}
    />
  )
}

type EditValues = Values & { readonly state: 'open' | 'closed'; readonly why: string }

function Edit({ driver }: { readonly driver: DriverDetail }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.drivers.change.call, invalidate: [api.drivers.key()], success: t('saved') })
  const { idNumber: _number, qualification: _certificate, ...initial } = driver
  return (
    <FormBox<EditValues, Parameters<typeof api.drivers.change.call>[0], Saved>
      initial={initial}
      command={command}
      toInput={(values) => ({
        ...filled(values),
        ...(values.idNumber ? { idNumber: values.idNumber } : {}),
        ...(values.qualification ? { qualification: values.qualification } : {}),
        state: values.state,
        why: values.why,
        id: driver.id,
        rev: driver.rev,
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <DriverItems isNew={false} />
      <ChangeItems />
    </FormBox>
  )
}
