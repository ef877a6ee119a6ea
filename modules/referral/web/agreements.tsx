import { useQuery } from '@tanstack/react-query'
import { Form } from 'antd'
import {
  DateField,
  FormBox,
  FormPage,
  ListPage,
  StateTag,
  useCommand,
  useMe,
  useText,
  VerbButton,
  FormDrawer,
  inputOf,
  OpenFormButton,
  useOpenForm,
  zoneToday,
  WholeItem,
} from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import { agreementContract } from '../institution-contract.ts'
import { api } from './api.ts'
import { findInstitutions, InstitutionSelect, nameOfInstitution } from './pickers.tsx'
import { mayRule } from './roles.ts'
import { TextItem } from './room.tsx'
import { SyntheticMark } from './tags.tsx'

const schema = inputOf(agreementContract.list)
type Agreement = Awaited<ReturnType<typeof api.agreements.get.call>>
type Terms = {
  readonly priorityUp: number
  readonly priorityDown: number
  readonly validFrom: string
  readonly validTo?: string | null
  readonly note?: string
}

function ForceTag({ row }: { readonly row: Agreement }) {
  const t = useText('referral')
  if (row.inForce) return <StateTag tone="good">{t('agreement.in_force')}</StateTag>
  return (
    <StateTag tone="plain" shape={row.state === 'ended' ? 'cross' : 'pause'}>
      {row.state === 'ended' ? t('agreement.ended') : t('agreement.out_of_term')}
    </StateTag>
  )
}

/** The signed pairs with the place of each in the other's list. */
export function AgreementList() {
  const t = useText('referral')
  return (
    <>
      <AgreementRows title={t('agreement.title')} />
      <EditDrawers />
    </>
  )
}

/** The pairs of one institution, inside its page. */
export function AgreementTable({ institutionId }: { readonly institutionId: string }) {
  const t = useText('referral')
  return (
    <>
      <AgreementRows title={t('agreement.title')} institutionId={institutionId} />
      <EditDrawers />
    </>
  )
}

function AgreementRows({ title, institutionId }: { readonly title: string; readonly institutionId?: string }) {
  const t = useText('referral')
  const me = useMe()
  const refused = mayRule(me) ? null : t('reason.admin_only')
  const { open } = useOpenForm()
  const sign = (
    <VerbButton type="primary" href="/referral-agreements/new" reason={refused}>
      {t('agreement.sign')}
    </VerbButton>
  )
  return (
    <ListPage
      name="referral.agreements"
      title={title}
      schema={schema}
      source={{ key: api.agreements.list.key(), load: (input, signal) => api.agreements.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      {...(refused === null ? { onOpen: (row: Agreement) => open('terms', row.id) } : {})}
      {...(institutionId === undefined ? { primary: sign } : { embedded: true, fixed: { institutionId } })}
      searchable={institutionId === undefined}
      columns={[
        {
          key: 'home',
          title: t('kind.care_home'),
          card: 'title',
          render: (row) => (
            <>
              {row.home.name} <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        { key: 'hospital', title: t('kind.hospital'), card: 'decides', render: (row) => row.hospital.name },
        {
          key: 'up',
          title: t('agreement.priority_up'),
          align: 'right',
          card: 'decides',
          render: (row) => <span className="tz-number">{row.priorityUp}</span>,
        },
        {
          key: 'down',
          title: t('agreement.priority_down'),
          align: 'right',
          render: (row) => <span className="tz-number">{row.priorityDown}</span>,
        },
        {
          key: 'term',
          title: t('agreement.term'),
          render: (row) => (
            <span className="tz-number">
              {row.validFrom} – {row.validTo ?? t('agreement.open_end')}
            </span>
          ),
        },
        { key: 'state', title: t('column.state'), card: 'decides', render: (row) => <ForceTag row={row} /> },
        {
          key: 'verbs',
          title: t('verb.verbs'),
          render: (row) => (
            <>
              <OpenFormButton
                name="terms"
                item={row.id}
                size="small"
                reason={row.state === 'ended' ? t('agreement.ended') : refused}
              >
                {t('verb.change')}
              </OpenFormButton>{' '}
              <OpenFormButton
                name="end_pair"
                item={row.id}
                size="small"
                reason={row.state === 'ended' ? t('agreement.ended') : refused}
              >
                {t('agreement.end')}
              </OpenFormButton>
            </>
          ),
        },
      ]}
      {...(institutionId === undefined
        ? {
            filters: [
              {
                kind: 'lookup' as const,
                key: 'institutionId',
                label: t('column.institution'),
                find: findInstitutions,
                name: nameOfInstitution,
              },
              { kind: 'flag' as const, key: 'inForce', label: t('agreement.in_force') },
            ],
          }
        : {})}
      live={['referral_agreement']}
      empty={{ nothing: t('agreement.empty'), verb: sign }}
    />
  )
}

function EditDrawers() {
  const t = useText('referral')
  const { item } = useOpenForm()
  const query = useQuery({ ...api.agreements.get.queryOptions({ input: { id: item ?? '' } }), enabled: item !== null })
  const agreement = query.data
  return (
    <>
      <FormDrawer name="terms" title={t('agreement.change')}>
        {agreement && <EditTerms key={agreement.rev} agreement={agreement} />}
      </FormDrawer>
      <FormDrawer name="end_pair" title={t('agreement.end')}>
        {agreement && <EndPair agreement={agreement} />}
      </FormDrawer>
    </>
  )
}

function TermFields() {
  const t = useText('referral')
  return (
    <>
      <WholeItem
        name="priorityUp"
        label={t('agreement.priority_up')}
        extra={t('agreement.priority_up_help')}
        max={999}
        required
      />
      <WholeItem
        name="priorityDown"
        label={t('agreement.priority_down')}
        extra={t('agreement.priority_down_help')}
        max={999}
        required
      />
      <Form.Item name="validFrom" label={t('agreement.from')} rules={[{ required: true }]}>
        <DateField />
      </Form.Item>
      <Form.Item name="validTo" label={t('agreement.to')} extra={t('agreement.to_help')}>
        <DateField />
      </Form.Item>
      <TextItem name="note" label={t('field.words')} max={500} rows={2} />
    </>
  )
}

const termsOf = ({ priorityUp, priorityDown, validFrom, validTo, note }: Terms) => ({
  priorityUp,
  priorityDown,
  validFrom,
  validTo: validTo ?? null,
  note: note ?? '',
})

export function AgreementNew() {
  const t = useText('referral')
  const me = useMe()
  const navigate = useNavigate()
  const command = useCommand({
    run: api.agreements.sign.call,
    invalidate: [api.agreements.key(), api.institutions.key()],
    success: t('agreement.signed'),
  })
  type Values = Terms & { readonly homeId: string; readonly hospitalId: string }
  return (
    <FormPage<Values, Parameters<typeof api.agreements.sign.call>[0], { id: string; rev: number }>
      title={t('agreement.sign')}
      initial={{ priorityUp: 1, priorityDown: 1, validFrom: zoneToday() }}
      command={command}
      reason={mayRule(me) ? null : t('reason.admin_only')}
      toInput={({ homeId, hospitalId, ...terms }) => ({ homeId, hospitalId, ...termsOf(terms) })}
      submit={t('agreement.sign')}
      done={() => void navigate('/referral-agreements')}
    >
      <Form.Item name="homeId" label={t('kind.care_home')} rules={[{ required: true }]}>
        <InstitutionSelect kind="care_home" />
      </Form.Item>
      <Form.Item name="hospitalId" label={t('kind.hospital')} rules={[{ required: true }]}>
        <InstitutionSelect kind="hospital" />
      </Form.Item>
      <TermFields />
    </FormPage>
  )
}

function useChange(success: string) {
  return useCommand({
    run: api.agreements.change.call,
    invalidate: [api.agreements.key(), api.institutions.key()],
    success,
  })
}

type ChangeInput = Parameters<typeof api.agreements.change.call>[0]
type Changed = Awaited<ReturnType<typeof api.agreements.change.call>>

function EditTerms({ agreement }: { readonly agreement: Agreement }) {
  const t = useText('referral')
  const { open, close } = useOpenForm()
  const { id, rev, state } = agreement
  const ended = state === 'ended' ? t('agreement.ended') : null
  return (
    <FormBox<Terms & { readonly why: string }, ChangeInput, Changed>
      initial={termsOf(agreement)}
      command={useChange(t('saved'))}
      toInput={({ why, ...terms }) => ({ id, rev, why, ...termsOf(terms) })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
      reason={ended}
    >
      <p className="tz-second">{`${agreement.home.name} – ${agreement.hospital.name}`}</p>
      <p>
        <VerbButton reason={ended} onClick={() => open('end_pair', id)}>
          {t('agreement.end')}
        </VerbButton>
      </p>
      <TermFields />
      <TextItem name="why" label={t('field.why')} max={500} required />
    </FormBox>
  )
}

function EndPair({ agreement }: { readonly agreement: Agreement }) {
  const t = useText('referral')
  const { close } = useOpenForm()
  const { id, rev } = agreement
  return (
    <FormBox<{ readonly why: string }, ChangeInput, Changed>
      command={useChange(t('agreement.was_ended'))}
      toInput={({ why }) => ({ id, rev, why, state: 'ended' })}
      submit={t('agreement.end')}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">
        {t('agreement.end_help', { home: agreement.home.name, hospital: agreement.hospital.name })}
      </p>
      <TextItem name="why" label={t('field.why')} max={500} required />
    </FormBox>
  )
}
