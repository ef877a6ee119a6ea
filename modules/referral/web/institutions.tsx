import { useQuery } from '@tanstack/react-query'
import { Form, Radio } from 'antd'
import {
  FormBox,
  FormPage,
  formatNumber,
  ListPage,
  ObjectPage,
  StateTag,
  useCommand,
  useLive,
  useMe,
  useText,
  VerbButton,
  When,
  FormDrawer,
  inputOf,
  OpenFormButton,
  useOpenForm,
} from '@tingzhou/ui'
import { useNavigate, useParams } from 'react-router'
import { institutionContract } from '../institution-contract.ts'
import { institutionKinds, type InstitutionKind } from '../words.ts'
import { AgreementTable } from './agreements.tsx'
import { api } from './api.ts'
import { mayRule } from './roles.ts'
import { TextItem } from './room.tsx'
import { SyntheticMark } from './tags.tsx'

const schema = inputOf(institutionContract.list)
type Institution = Awaited<ReturnType<typeof api.institutions.get.call>>

export function OpenTag({ open }: { readonly open: boolean }) {
  const t = useText('referral')
  return open ? (
    <StateTag tone="good">{t('institution.open')}</StateTag>
  ) : (
    <StateTag tone="plain" shape="cross">
      {t('institution.closed')}
    </StateTag>
  )
}

/** Care homes and hospitals that refer to each other. */
export function InstitutionList() {
  const t = useText('referral')
  const me = useMe()
  const enter = (
    <VerbButton type="primary" href="/referral-institutions/new" reason={mayRule(me) ? null : t('reason.admin_only')}>
      {t('institution.enter')}
    </VerbButton>
  )
  return (
    <ListPage
      name="referral.institutions"
      title={t('institution.title')}
      schema={schema}
      source={{
        key: api.institutions.list.key(),
        load: (input, signal) => api.institutions.list.call(input, { signal }),
      }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/referral-institutions/${row.id}`}
      primary={enter}
      verbs={<VerbButton href="/referral-agreements">{t('agreement.title')}</VerbButton>}
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
        {
          key: 'state',
          title: t('column.state'),
          card: 'decides',
          render: (row) => <OpenTag open={row.state === 'open'} />,
        },
        {
          key: 'agreements',
          title: t('institution.agreements'),
          unit: t('unit.pairs'),
          align: 'right',
          card: 'decides',
          render: (row) => formatNumber(row.agreements),
        },
        { key: 'phone', title: t('field.phone'), render: (row) => row.phone || '–' },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'kind',
          label: t('field.kind'),
          options: institutionKinds.map((value) => ({ value, label: t(`kind.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'state',
          label: t('column.state'),
          options: ['open', 'closed'].map((value) => ({ value, label: t(`institution.${value}`) })),
        },
        { kind: 'flag', key: 'mine', label: t('institution.mine') },
      ]}
      live={['referral_institution']}
      empty={{ nothing: t('institution.empty'), verb: enter }}
    />
  )
}

type Values = { readonly kind: InstitutionKind; readonly name: string; readonly phone?: string }

export function InstitutionNew() {
  const t = useText('referral')
  const me = useMe()
  const navigate = useNavigate()
  const command = useCommand({
    run: api.institutions.create.call,
    invalidate: [api.institutions.key()],
    success: t('institution.entered'),
  })
  return (
    <FormPage<Values, Parameters<typeof api.institutions.create.call>[0], { id: string; rev: number }>
      title={t('institution.enter')}
      initial={{ kind: 'care_home' }}
      command={command}
      reason={mayRule(me) ? null : t('reason.admin_only')}
      toInput={({ kind, name, phone }) => ({ kind, name, phone: phone ?? '' })}
      submit={t('institution.enter')}
      done={({ id }) => void navigate(`/referral-institutions/${id}`)}
    >
      <Form.Item name="kind" label={t('field.kind')} rules={[{ required: true }]}>
        <Radio.Group options={institutionKinds.map((value) => ({ value, label: t(`kind.${value}`) }))} />
      </Form.Item>
      <TextItem name="name" label={t('field.name')} max={120} required />
      <TextItem name="phone" label={t('field.phone')} max={30} />
    </FormPage>
  )
}

/** One institution: its pairs in order, and who acts for it. */
export function InstitutionPage() {
  const t = useText('referral')
  const me = useMe()
  const { id = '' } = useParams()
  const query = useQuery(api.institutions.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['referral_institution', 'referral_agreement'], keys: [api.institutions.key()] })
  const institution = query.data
  if (!institution)
    return (
      <ObjectPage
        title={t('institution.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const refused = mayRule(me) ? null : t('reason.admin_only')
  return (
    <>
      <ObjectPage
        title={institution.name}
        state={
          <>
            <OpenTag open={institution.state === 'open'} />
            <SyntheticMark when={institution.synthetic} />
          </>
        }
        primary={
          <OpenFormButton name="member" primary reason={refused}>
            {t('member.add')}
          </OpenFormButton>
        }
        verbs={
          <OpenFormButton name="edit" reason={refused}>
            {t('verb.change')}
          </OpenFormButton>
        }
        facts={[
          { label: t('field.kind'), value: t(`kind.${institution.kind}`) },
          { label: t('field.phone'), value: institution.phone || '–' },
          { label: t('institution.agreements'), value: formatNumber(institution.agreements) },
          { label: t('updated'), value: <When at={institution.updatedAt} /> },
        ]}
        tabs={[
          { key: 'pairs', label: t('agreement.title'), children: <AgreementTable institutionId={id} /> },
          { key: 'members', label: t('member.title'), children: <Members institution={institution} /> },
        ]}
        problem={query.error}
      />
      <FormDrawer name="edit" title={t('verb.change')}>
        <Edit institution={institution} />
      </FormDrawer>
      <FormDrawer name="member" title={t('member.add')}>
        <AddMember institution={institution} />
      </FormDrawer>
      <FormDrawer name="end" title={t('member.end')}>
        <EndMember institution={institution} />
      </FormDrawer>
    </>
  )
}

function Members({ institution }: { readonly institution: Institution }) {
  const t = useText('referral')
  const me = useMe()
  if (institution.members === null) return <p className="tz-second">{t('member.hidden')}</p>
  if (institution.members.length === 0) return <p className="tz-second">{t('member.none')}</p>
  return (
    <div className="referral-scroll" tabIndex={0} role="region" aria-label={t('member.title')}>
      <table className="referral-table">
        <thead>
          <tr>
            <th scope="col">{t('member.name')}</th>
            <th scope="col">{t('member.role')}</th>
            <th scope="col">{t('member.since')}</th>
            <th scope="col">{t('verb.verbs')}</th>
          </tr>
        </thead>
        <tbody>
          {institution.members.map((member) => (
            <tr key={member.membershipId}>
              <th scope="row">{member.name}</th>
              <td>{t(`role.${member.role}`)}</td>
              <td>
                <When at={member.since} />
              </td>
              <td>
                <OpenFormButton
                  name="end"
                  item={member.membershipId}
                  size="small"
                  reason={mayRule(me) ? null : t('reason.admin_only')}
                >
                  {t('member.end')}
                </OpenFormButton>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Edit({ institution }: { readonly institution: Institution }) {
  const t = useText('referral')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.institutions.change.call,
    invalidate: [api.institutions.key()],
    success: t('saved'),
  })
  const { name, phone, state } = institution
  type Fields = Pick<Institution, 'name' | 'phone' | 'state'> & { readonly why: string }
  return (
    <FormBox<Fields, Parameters<typeof api.institutions.change.call>[0], { id: string; rev: number }>
      initial={{ name, phone, state }}
      command={command}
      toInput={(values) => ({ ...values, id: institution.id, rev: institution.rev })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <TextItem name="name" label={t('field.name')} max={120} required />
      <TextItem name="phone" label={t('field.phone')} max={30} />
      <Form.Item name="state" label={t('column.state')}>
        <Radio.Group options={['open', 'closed'].map((value) => ({ value, label: t(`institution.${value}`) }))} />
      </Form.Item>
      <TextItem name="why" label={t('field.why')} max={500} required />
    </FormBox>
  )
}

function AddMember({ institution }: { readonly institution: Institution }) {
  const t = useText('referral')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.institutions.addMember.call,
    invalidate: [api.institutions.key()],
    success: t('member.added'),
  })
  type Fields = { readonly username: string; readonly role: 'dept_head' | 'dept_officer' }
  return (
    <FormBox<Fields, Parameters<typeof api.institutions.addMember.call>[0], { id: string }>
      initial={{ role: 'dept_officer' }}
      command={command}
      toInput={(values) => ({ ...values, id: institution.id })}
      submit={t('member.add')}
      done={close}
      onCancel={close}
    >
      <TextItem name="username" label={t('member.username')} max={60} required extra={t('member.username_help')} />
      <Form.Item name="role" label={t('member.role')} rules={[{ required: true }]}>
        <Radio.Group options={['dept_officer', 'dept_head'].map((value) => ({ value, label: t(`role.${value}`) }))} />
      </Form.Item>
    </FormBox>
  )
}

function EndMember({ institution }: { readonly institution: Institution }) {
  const t = useText('referral')
  const { close, item } = useOpenForm()
  const command = useCommand({
    run: api.institutions.endMember.call,
    invalidate: [api.institutions.key()],
    success: t('member.ended'),
  })
  return (
    <FormBox<{ readonly why: string }, Parameters<typeof api.institutions.endMember.call>[0], { id: string }>
      command={command}
      toInput={({ why }) => ({ why, id: institution.id, membershipId: item ?? '' })}
      submit={t('member.end')}
      done={close}
      onCancel={close}
    >
      <TextItem name="why" label={t('field.why')} max={500} required />
    </FormBox>
  )
}
