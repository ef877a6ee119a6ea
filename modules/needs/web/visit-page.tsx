import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Form, Input, Select } from 'antd'
import {
  DateField,
  EmptyState,
  FileField,
  FormBox,
  FormPage,
  ObjectPage,
  useCommand,
  useLive,
  useMe,
  useText,
  When,
  type UploadedFile,
  FormDrawer,
  OpenFormButton,
  useOpenForm,
  zoneToday,
} from '@tingzhou/ui'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import { natures } from '../appeal-contract.ts'
import { visitForms } from '../visits-contract.ts'
import { api } from './api.ts'
import { CategorySelect, EnterpriseSelect, LookupSelect } from './pickers.tsx'
import { mayVisit } from './roles.ts'
import { TextItem } from './room.tsx'
import { PeopleSelect } from './staff-select.tsx'
import { peopleOf, type Person } from './staff.ts'
import { AppealStateTag, SyntheticMark } from './tags.tsx'
import { findCampaigns, nameOfCampaign, VisitStateTag } from './visit-list.tsx'

type Visit = Awaited<ReturnType<typeof api.visits.get.call>>
type PlanInput = Parameters<typeof api.visits.plan.call>[0]
type PlanValues = {
  readonly enterpriseId: string
  readonly campaignId?: string | null
  readonly date: string
  readonly form: (typeof visitForms)[number]
  readonly visitorIds: string[]
  readonly purpose?: string
}

function PlanFields({
  changing = false,
  also = [],
}: {
  readonly changing?: boolean
  readonly also?: readonly Person[]
}) {
  const t = useText('needs')
  return (
    <>
      {!changing && (
        <>
          <Form.Item name="enterpriseId" label={t('column.enterprise')} rules={[{ required: true }]}>
            <EnterpriseSelect />
          </Form.Item>
          <Form.Item name="campaignId" label={t('campaign.one')}>
            <LookupSelect allowClear placeholder={t('pick.campaign')} find={findCampaigns} nameOf={nameOfCampaign} />
          </Form.Item>
        </>
      )}
      <Form.Item name="date" label={t('visit.date')} rules={[{ required: true }]}>
        <DateField />
      </Form.Item>
      <Form.Item name="form" label={t('visit.form')} rules={[{ required: true }]}>
        <Select options={visitForms.map((value) => ({ value, label: t(`visit.form_of.${value}`) }))} />
      </Form.Item>
      <Form.Item name="visitorIds" label={t('visit.visitors')} rules={[{ required: true, type: 'array', min: 1 }]}>
        <PeopleSelect maxCount={20} also={also} />
      </Form.Item>
      <TextItem name="purpose" label={t('visit.purpose')} max={500} rows={3} />
    </>
  )
}

export function VisitNew() {
  const t = useText('needs')
  const me = useMe()
  const navigate = useNavigate()
  const [query] = useSearchParams()
  const command = useCommand({ run: api.visits.plan.call, invalidate: [api.visits.key()], success: t('visit.planned') })
  return (
    <FormPage<PlanValues, PlanInput, { id: string; rev: number }>
      title={t('visit.plan')}
      draft="needs.visit.new"
      initial={{
        date: zoneToday(),
        form: 'on_site',
        visitorIds: me ? [me.accountId] : [],
        campaignId: query.get('campaignId'),
        ...(query.get('enterpriseId') === null ? {} : { enterpriseId: query.get('enterpriseId') ?? '' }),
      }}
      command={command}
      toInput={(values) => ({ ...values, campaignId: values.campaignId ?? null, purpose: values.purpose ?? '' })}
      submit={t('visit.plan')}
      done={({ id }) => void navigate(`/visits/${id}`)}
    >
      <PlanFields />
    </FormPage>
  )
}

/** One visit: who goes where and why; then what was said and which appeals came of it. */
export function VisitPage() {
  const t = useText('needs')
  const me = useMe()
  const { id = '' } = useParams()
  const query = useQuery(api.visits.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['visit'], objectId: id, keys: [api.visits.key()] })
  const visit = query.data
  if (!visit)
    return (
      <ObjectPage
        title={t('visit.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const refused = visit.state !== 'planned' ? t('reason.visit_over') : mayVisit(me) ? null : t('reason.visit_role')
  return (
    <>
      <ObjectPage
        title={t('visit.of', { name: visit.enterprise.name })}
        state={
          <>
            <VisitStateTag state={visit.state} />
            <SyntheticMark when={visit.synthetic} />
          </>
        }
        primary={
          <OpenFormButton name="report" primary reason={refused}>
            {t('visit.report')}
          </OpenFormButton>
        }
        verbs={
          <>
            <OpenFormButton name="cancel" reason={refused}>
              {t('visit.cancel')}
            </OpenFormButton>
            <OpenFormButton name="edit" reason={refused}>
              {t('verb.change')}
            </OpenFormButton>
          </>
        }
        facts={[
          {
            label: t('column.enterprise'),
            value: <Link to={`/enterprises/${visit.enterprise.id}`}>{visit.enterprise.name}</Link>,
          },
          { label: t('visit.date'), value: visit.date },
          { label: t('visit.form'), value: t(`visit.form_of.${visit.form}`) },
          { label: t('visit.visitors'), value: visit.visitors.map(({ name }) => name).join(t('list_comma')) },
          { label: t('column.area'), value: visit.area?.name ?? '–' },
          {
            label: t('campaign.one'),
            value: visit.campaign ? <Link to={`/campaigns/${visit.campaign.id}`}>{visit.campaign.name}</Link> : '–',
          },
          ...(visit.doneAt === null ? [] : [{ label: t('visit.done_at'), value: <When at={visit.doneAt} /> }]),
        ]}
        tabs={[{ key: 'record', label: t('visit.record'), children: <Record visit={visit} /> }]}
        problem={query.error}
      />
      <FormDrawer name="edit" title={t('visit.edit')}>
        <Edit visit={visit} />
      </FormDrawer>
      <FormDrawer name="report" title={t('visit.report')} width={720}>
        <Report visit={visit} />
      </FormDrawer>
      <FormDrawer name="cancel" title={t('visit.cancel')}>
        <Cancel visit={visit} />
      </FormDrawer>
    </>
  )
}

function Record({ visit }: { readonly visit: Visit }) {
  const t = useText('needs')
  if (visit.state === 'cancelled') return <EmptyState title={t('visit.was_cancelled')} text={visit.reason} />
  return (
    <div className="needs-reading">
      {visit.purpose !== '' && (
        <section className="needs-section">
          <h3>{t('visit.purpose')}</h3>
          <p className="needs-prose">{visit.purpose}</p>
        </section>
      )}
      {visit.state === 'planned' && <EmptyState title={t('visit.not_yet')} text={t('visit.not_yet_text')} />}
      {visit.summary !== '' && (
        <section className="needs-section">
          <h3>{t('visit.summary')}</h3>
          <p className="needs-prose">{visit.summary}</p>
          {visit.metWith !== '' && <p className="tz-second">{t('visit.met', { names: visit.metWith })}</p>}
        </section>
      )}
      {visit.state === 'done' && (
        <section className="needs-section">
          <h3>
            {t('visit.findings')} <span className="tz-second tz-number">{visit.findings.length}</span>
          </h3>
          {visit.findings.length === 0 && <p className="tz-second">{t('visit.no_findings')}</p>}
          <ul className="needs-lines">
            {visit.findings.map(({ title, appeal }) => (
              <li key={appeal.id}>
                <Link to={`/appeals/${appeal.id}`}>
                  <span className="tz-caption tz-mono">{appeal.no}</span> {title}
                </Link>
                <AppealStateTag state={appeal.state} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function Edit({ visit }: { readonly visit: Visit }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.visits.change.call, invalidate: [api.visits.key()], success: t('saved') })
  const { date, form, visitorIds, purpose } = visit
  return (
    <FormBox<
      Omit<PlanValues, 'enterpriseId'>,
      Parameters<typeof api.visits.change.call>[0],
      { id: string; rev: number }
    >
      initial={{ date, form, visitorIds: [...visitorIds], purpose }}
      command={command}
      toInput={(values) => ({
        id: visit.id,
        rev: visit.rev,
        date: values.date,
        form: values.form,
        visitorIds: values.visitorIds,
        purpose: values.purpose ?? '',
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <PlanFields changing also={visit.visitors.map(peopleOf)} />
    </FormBox>
  )
}

type FindingValues = {
  readonly title: string
  readonly text: string
  readonly nature: (typeof natures)[number]
  readonly category?: string | null
  readonly wanted?: string
  readonly sensitive?: boolean
  readonly files?: readonly UploadedFile[]
}
type ReportValues = {
  readonly summary: string
  readonly metWith?: string
  readonly findings?: readonly FindingValues[]
}
type ReportOutput = Awaited<ReturnType<typeof api.visits.report.call>>

function Report({ visit }: { readonly visit: Visit }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.visits.report.call,
    invalidate: [api.visits.key(), api.appeals.key()],
    success: (output: ReportOutput) => t('visit.reported', { n: output.appeals.length }),
  })
  return (
    <FormBox<ReportValues, Parameters<typeof api.visits.report.call>[0], ReportOutput>
      draft={`needs.visit.report.${visit.id}`}
      initial={{ findings: [] }}
      command={command}
      toInput={({ summary, metWith = '', findings = [] }) => ({
        id: visit.id,
        rev: visit.rev,
        summary,
        metWith,
        findings: findings.map(({ files = [], ...finding }) => ({
          ...finding,
          category: finding.category ?? null,
          wanted: finding.wanted ?? '',
          sensitive: finding.sensitive ?? false,
          fileIds: files.map(({ id }) => id),
        })),
      })}
      submit={t('visit.report')}
      done={close}
      onCancel={close}
    >
      <TextItem name="metWith" label={t('visit.met_with')} max={200} />
      <TextItem name="summary" label={t('visit.summary')} max={4000} required rows={5} />
      <p className="tz-second">{t('visit.findings_help')}</p>
      <Form.List name="findings">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }, index) => (
              <fieldset key={key} className="needs-part">
                <legend>
                  {t('visit.finding', { n: index + 1 })}
                  <Button
                    type="text"
                    size="small"
                    icon={<DeleteOutlined />}
                    aria-label={t('visit.remove_finding', { n: index + 1 })}
                    onClick={() => remove(name)}
                  />
                </legend>
                <Form.Item
                  name={[name, 'title']}
                  label={t('field.title')}
                  rules={[{ required: true, whitespace: true }]}
                >
                  <Input maxLength={60} showCount />
                </Form.Item>
                <Form.Item name={[name, 'text']} label={t('field.text')} rules={[{ required: true, whitespace: true }]}>
                  <Input.TextArea rows={3} maxLength={4000} />
                </Form.Item>
                <Form.Item name={[name, 'nature']} label={t('column.nature')} rules={[{ required: true }]}>
                  <Select options={natures.map((value) => ({ value, label: t(`nature.${value}`) }))} />
                </Form.Item>
                <Form.Item name={[name, 'category']} label={t('column.category')}>
                  <CategorySelect allowClear />
                </Form.Item>
                <Form.Item name={[name, 'wanted']} label={t('field.wanted')}>
                  <Input maxLength={500} />
                </Form.Item>
                <Form.Item name={[name, 'files']} label={t('field.photos')}>
                  <FileField max={20} capture />
                </Form.Item>
                <Form.Item name={[name, 'sensitive']} valuePropName="checked">
                  <Checkbox>{t('field.sensitive')}</Checkbox>
                </Form.Item>
              </fieldset>
            ))}
            {fields.length < 20 && (
              <Button type="dashed" block icon={<PlusOutlined />} onClick={() => add({ nature: 'help' })}>
                {t('visit.add_finding')}
              </Button>
            )}
          </>
        )}
      </Form.List>
    </FormBox>
  )
}

function Cancel({ visit }: { readonly visit: Visit }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.visits.cancel.call,
    invalidate: [api.visits.key()],
    success: t('visit.was_cancelled'),
  })
  return (
    <FormBox<{ readonly reason: string }, Parameters<typeof api.visits.cancel.call>[0], { id: string; rev: number }>
      command={command}
      toInput={({ reason }) => ({ id: visit.id, rev: visit.rev, reason })}
      submit={t('visit.cancel')}
      done={close}
      onCancel={close}
    >
      <TextItem name="reason" label={t('field.reason')} max={500} required rows={3} />
    </FormBox>
  )
}
