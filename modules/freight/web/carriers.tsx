import { useQuery } from '@tanstack/react-query'
import { Form, Radio } from 'antd'
import {
  FormBox,
  FormDrawer,
  formatNumber,
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
  FlagItem,
  TextItem,
} from '@tingzhou/ui'
import { useNavigate, useParams } from 'react-router'
import { carrierContract } from '../carrier-contract.ts'
import { carrierKinds } from '../words.ts'
import { AccountForm } from './account-form.tsx'
import { api, type CarrierDetail, type Saved } from './api.ts'
import { useCodes } from './codes.ts'
import { useSharedColumns } from './columns.tsx'
import { ChangeItems, CodeItem } from './fields.tsx'
import { RatingSum } from './opinions/rating-sum.tsx'
import { AddPayeeDrawer, Payees } from './payees.tsx'
import { RegisterPage } from './register-page.tsx'
import { mayEnterCarriers, mayGrant, mayPay } from './roles.ts'
import { SyntheticMark } from './tags.tsx'

const schema = inputOf(carrierContract.list)

/** The actual carriers within reach. */
export function CarrierList() {
  const t = useText('freight')
  const me = useMe()
  const shared = useSharedColumns()
  const enter = (
    <VerbButton
      type="primary"
      href="/freight-carriers/new"
      reason={mayEnterCarriers(me) ? null : t('reason.enter_carriers')}
    >
      {t('carrier.enter')}
    </VerbButton>
  )
  return (
    <ListPage
      name="freight.carriers"
      title={t('carrier.title')}
      schema={schema}
      source={{
        key: api.carriers.list.key(),
        load: (input, signal) => api.carriers.list.call(input, { signal }),
      }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/freight-carriers/${row.id}`}
      primary={enter}
      exportHref={(query) => `/api/v1/freight-carriers/export.xlsx?${query}`}
      searchHint={t('carrier.hint')}
      columns={[
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
        { key: 'kind', title: t('field.kind'), card: 'decides', render: (row) => t(`kind.${row.kind}`) },
        shared.stand,
        {
          key: 'vehicles',
          title: t('vehicle.title'),
          align: 'right',
          card: 'decides',
          render: (row) => formatNumber(row.vehicles),
        },
        { key: 'drivers', title: t('driver.title'), align: 'right', render: (row) => formatNumber(row.drivers) },
        { key: 'phone', title: t('field.phone'), render: (row) => row.phone || '–' },
        shared.state,
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'kind',
          label: t('field.kind'),
          options: carrierKinds.map((value) => ({ value, label: t(`kind.${value}`) })),
        },
        shared.byState,
      ]}
      live={['freight_carrier']}
      empty={{ nothing: t('carrier.empty'), verb: enter }}
    />
  )
}

type Values = Omit<Parameters<typeof api.carriers.create.call>[0], 'commandId'>

/** What the contract takes; the form also holds what it does not edit. */
const filled = (values: Values) => ({
  name: values.name,
  light: values.light ?? false,
  roadLicence: values.roadLicence ?? '',
  phone: values.phone ?? '',
  divisionCode: values.divisionCode ?? null,
  remark: values.remark ?? '',
})

function CarrierItems({ isNew }: { readonly isNew: boolean }) {
  const t = useText('freight')
  return (
    <>
      <TextItem name="name" label={t('field.name')} max={256} required />
      <TextItem
        name="idNumber"
        label={t('field.carrierNumber')}
        max={50}
        required={isNew}
        extra={isNew ? undefined : t('field.kept_extra')}
      />
      <FlagItem name="light" label={t('field.carrierLight')} />
      <TextItem name="roadLicence" label={t('field.roadLicence')} max={50} extra={t('field.heavy_extra')} />
      <TextItem name="phone" label={t('field.phone')} max={18} />
      <CodeItem name="divisionCode" label={t('field.division')} table="division" />
      <TextItem name="remark" label={t('field.remark')} max={256} rows={2} />
    </>
  )
}

export function CarrierNew() {
  const t = useText('freight')
  const me = useMe()
  const navigate = useNavigate()
  const command = useCommand({ run: api.carriers.create.call, invalidate: [api.carriers.key()], success: t('saved') })
  return (
    <FormPage<Values, Parameters<typeof api.carriers.create.call>[0], Saved>
      title={t('carrier.enter')}
      initial={{ kind: 'company' }}
      command={command}
      reason={mayEnterCarriers(me) ? null : t('reason.enter_carriers')}
      toInput={(values) => ({ ...filled(values), kind: values.kind, idNumber: values.idNumber })}
      submit={t('carrier.enter')}
      done={({ id }) => void navigate(`/freight-carriers/${id}`)}
    >
      <Form.Item name="kind" label={t('field.kind')} rules={[{ required: true }]}>
        <Radio.Group options={carrierKinds.map((value) => ({ value, label: t(`kind.${value}`) }))} />
      </Form.Item>
      <CarrierItems isNew />
    </FormPage>
  )
}

/** One carrier: papers, who drives for it, where it is paid, what happened. */
export function CarrierPage() {
  const t = useText('freight')
  const me = useMe()
  const { id = '' } = useParams()
  const query = useQuery(api.carriers.get.queryOptions({ input: { id } }))
  const history = useQuery(api.carriers.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['freight_carrier'], keys: [api.carriers.key()] })
  const divisions = useCodes('division')
  return (
    <RegisterPage
      subject="carrier"
      query={query}
      history={history}
      show={(carrier) => ({
        title: carrier.name,
        carrierKind: carrier.kind,
        verbs: (
          <>
            <OpenFormButton name="payee" reason={mayPay(me) ? null : t('reason.pay')}>
              {t('payee.add')}
            </OpenFormButton>
            <OpenFormButton name="member" reason={mayGrant(me) ? null : t('reason.grant')}>
              {t('carrier.member')}
            </OpenFormButton>
          </>
        ),
        facts: [
          { label: t('field.kind'), value: t(`kind.${carrier.kind}`) },
          { label: t('field.carrierNumber'), value: <span className="tz-mono">{carrier.idNumber}</span> },
          { label: t('field.roadLicence'), value: carrier.roadLicence || t('vehicle.light') },
          { label: t('field.phone'), value: carrier.phone || '–' },
          { label: t('field.division'), value: carrier.divisionCode ? divisions.name(carrier.divisionCode) : '–' },
          { label: t('vehicle.title'), value: formatNumber(carrier.vehicles) },
          { label: t('driver.title'), value: formatNumber(carrier.drivers) },
          { label: t('rating.title'), value: <RatingSum subject="carrier" id={id} /> },
        ],
        tabs: [{ key: 'payees', label: t('payee.title'), children: <Payees carrier={carrier} /> }],
        edit: <Edit carrier={carrier} />,
        drawers: (
          <>
            <AddPayeeDrawer carrier={carrier} />
            <FormDrawer name="member" title={t('carrier.member')}>
              <AccountForm id={id} run={api.carriers.addMember.call} submit={t('carrier.member')} />
            </FormDrawer>
          </>
        ),
      })}
    />
  )
}

type EditValues = Values & { readonly state: 'open' | 'closed'; readonly why: string }

function Edit({ carrier }: { readonly carrier: CarrierDetail }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.carriers.change.call, invalidate: [api.carriers.key()], success: t('saved') })
  const { idNumber: _number, ...initial } = carrier
  return (
    <FormBox<EditValues, Parameters<typeof api.carriers.change.call>[0], Saved>
      initial={initial}
      command={command}
      toInput={(values) => ({
        ...filled(values),
        ...(values.idNumber ? { idNumber: values.idNumber } : {}),
        state: values.state,
        why: values.why,
        id: carrier.id,
        rev: carrier.rev,
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <CarrierItems isNew={false} />
      <ChangeItems />
    </FormBox>
  )
}
