import { useQuery } from '@tanstack/react-query'
import { Form, Radio, Select } from 'antd'
import {
  CaseCard,
  CaseTrail,
  DateField,
  FactList,
  FileField,
  FormBox,
  FormDrawer,
  ObjectPage,
  OpenFormButton,
  Panel,
  Photo,
  StateStepper,
  type Step,
  type UploadedFile,
  useCommand,
  useLive,
  useOpenForm,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { api, moveApplication, type ApplicationMoveBody } from './api.ts'
import { TextItem, usePlaces } from './forms.tsx'
import { formMarks, marksOf, MarkSheet, type MarkValues } from './mark-sheet.tsx'
import { MarksTable } from './marks-table.tsx'
import { ApplicationTag, AwardTag, SyntheticMark } from './tags.tsx'
import { keyed, points, useSheetName, type Application, type Texts } from './words.ts'

type Input = { readonly id: string; readonly move: ApplicationMoveBody; readonly commandId: string }
type Output = Awaited<ReturnType<typeof moveApplication>>

/** One team: what it says of itself, what reviewers found, what comes next; the reviewer's desk on one page. */
export function ApplicationPage() {
  const t = useText('safety')
  const { id = '' } = useParams()
  const query = useQuery(api.reviewApplications.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['review_application'], objectId: id, keys: [api.reviewApplications.key()] })
  const application = query.data
  if (!application)
    return (
      <ObjectPage
        title={t('application.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const may = (move: Application['moves'][number]['move']) =>
    application.moves.find((offer) => offer.move === move)?.allowed ?? false
  // Who has something to fill in sees that first.
  const works = may('submit') || may('score')
  return (
    <>
      <ObjectPage
        title={application.team}
        id={application.no}
        state={
          <>
            <ApplicationTag state={application.state} />
            {application.placing?.award && <AwardTag award={application.placing.award} />}
            <SyntheticMark when={application.synthetic} />
          </>
        }
        verbs={<Verbs application={application} />}
        strip={
          <CaseCard
            owner={ownerOf(t, application)}
            clock={{ state: application.dueAt === null ? 'none' : 'running', dueAt: application.dueAt }}
            next={keyed(t, 'node', application.nextStep, t(`state.${application.state}`))}
          />
        }
        steps={<StateStepper steps={stepsOf(t, application)} />}
        {...(works ? {} : { facts: factsOf(t, application) })}
        trail={<ApplicationTrail id={id} />}
        problem={query.error}
      >
        {application.reason !== '' && (
          <Panel title={t('application.reason')}>
            <p className="safety-prose">{application.reason}</p>
          </Panel>
        )}
        {may('submit') && <SelfEvaluation application={application} />}
        {may('score') && <ScoreForm application={application} />}
        <Panel title={t('sheet.title')}>
          {application.scoresHidden > 0 && (
            <p className="tz-second">{t('sheet.hidden', { n: application.scoresHidden })}</p>
          )}
          <MarksTable application={application} />
          {application.self.words !== '' && <p className="safety-prose">{application.self.words}</p>}
        </Panel>
        <Evidence application={application} />
        {works && (
          <Panel title={t('application.facts')}>
            <FactList facts={factsOf(t, application)} />
          </Panel>
        )}
      </ObjectPage>
      <Forms application={application} />
    </>
  )
}

function ownerOf(t: Texts, { state, enterprise, area }: Application) {
  if (state === 'draft' || state === 'returned') return { name: enterprise.name }
  if (state === 'county') return { name: area.name }
  return state === 'prefecture' ? { name: t('level.prefecture') } : null
}

const order = ['draft', 'county', 'prefecture', 'scored'] as const

function stepsOf(t: Texts, { state }: Application): readonly Step[] {
  const stopped = ['rejected', 'vetoed', 'withdrawn', 'lapsed'].includes(state)
  const at = order.findIndex((step) => step === (state === 'returned' ? 'draft' : state))
  const steps = order.map((key, index): Step => {
    const now = state === 'scored' ? 'done' : 'now'
    return { key, label: t(`step.${key}`), state: stopped || index > at ? 'later' : index < at ? 'done' : now }
  })
  return stopped ? [...steps, { key: state, label: t(`state.${state}`), state: 'stopped' }] : steps
}

function factsOf(t: Texts, application: Application) {
  const { self, prefectureCenti } = application
  const inflation = self.score && prefectureCenti !== null ? self.score.totalCenti - prefectureCenti : null
  return [
    { label: t('column.enterprise'), value: application.enterprise.name },
    { label: t('column.area'), value: application.area.name },
    { label: t('field.department'), value: application.department?.name ?? '–' },
    { label: t('field.leader'), value: application.leader },
    { label: t('field.members'), value: application.members },
    { label: t('field.period'), value: `${application.periodFrom} – ${application.periodTo}` },
    { label: t('column.campaign'), value: <CampaignLink application={application} /> },
    { label: t('field.rules'), value: t('rules.version', { n: application.rulesVersion }) },
    { label: t('score.county'), value: points(application.countyCenti) },
    { label: t('score.prefecture'), value: points(prefectureCenti) },
    { label: t('score.composite'), value: <strong>{points(application.compositeCenti)}</strong> },
    { label: t('score.inflation'), value: points(inflation) },
    ...(application.placing ? [{ label: t('column.rank'), value: application.placing.rank }] : []),
  ]
}

function CampaignLink({ application }: { readonly application: Application }) {
  const places = usePlaces()
  return <Link to={places.campaign(application.campaign.id)}>{application.campaign.name}</Link>
}

function ApplicationTrail({ id }: { readonly id: string }) {
  const query = useQuery(api.reviewApplications.trail.queryOptions({ input: { id } }))
  return <CaseTrail query={query} module="safety" />
}

/** Vetoes with their facts, files, and what the register knows of the enterprise. */
function Evidence({ application }: { readonly application: Application }) {
  const t = useText('safety')
  const nameOf = useSheetName()
  const itemOf = (key: string) => {
    const item = application.rules.sheet.sections.flatMap(({ items }) => items).find((one) => one.key === key)
    return item ? nameOf(item) : key
  }
  return (
    <Panel title={t('evidence.title')}>
      <h3>{t('evidence.files')}</h3>
      {application.files.length === 0 && <p className="tz-second">{t('evidence.no_files')}</p>}
      <ul className="safety-files">
        {application.files.map((file) => (
          <li key={file.id}>
            <Photo file={file} />
          </li>
        ))}
      </ul>
      <h3>{t('evidence.vetoes')}</h3>
      {application.vetoes.length === 0 && <p className="tz-second">{t('evidence.no_vetoes')}</p>}
      <ul className="safety-lines">
        {application.vetoes.map((veto) => (
          <li key={`${veto.item} ${veto.happenedOn}`}>
            {itemOf(veto.item)} · {veto.happenedOn} · {veto.facts}
          </li>
        ))}
      </ul>
      <h3>{t('evidence.earlier')}</h3>
      {application.earlier.length === 0 && <p className="tz-second">{t('evidence.no_earlier')}</p>}
      <ul className="safety-lines">
        {application.earlier.map((one) => (
          <li key={one.id}>
            {one.year} {one.team} <AwardTag award={one.award} />
            {one.state === 'withdrawn' && ` · ${t('stand.withdrawn')}`}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function useMove(success: string) {
  return useCommand<Input, Output>({
    run: moveApplication,
    invalidate: [api.reviewApplications.key(), api.reviewCampaigns.key()],
    success,
  })
}

type SelfValues = MarkValues & { readonly words?: string; readonly files?: readonly UploadedFile[] }

/** The enterprise's own marks: one column, kept on this device while it is written, kept on the server by 保存. */
function SelfEvaluation({ application }: { readonly application: Application }) {
  const t = useText('safety')
  const submit = useMove(t('done.submit'))
  const save = useMove(t('done.save'))
  const [form] = Form.useForm<SelfValues>()
  const { sheet } = application.rules
  const input = (move: 'save' | 'submit', values: SelfValues) => ({
    id: application.id,
    move: {
      move,
      rev: application.rev,
      marks: marksOf(sheet, values.marks),
      words: values.words ?? '',
      fileIds: (values.files ?? []).map(({ id }) => id),
    },
  })
  return (
    <Panel title={t('self.title')}>
      <p className="tz-second">{t('self.intro')}</p>
      <FormBox<SelfValues, Input, Output>
        form={form}
        draft={`safety.self.${application.id}.${application.round}.${application.state}`}
        initial={{ marks: formMarks(sheet, application.self.marks), words: application.self.words }}
        command={submit}
        toInput={(values) => input('submit', values)}
        submit={t('verb.submit')}
      >
        <MarkSheet sheet={sheet} />
        <TextItem name="words" label={t('self.words')} max={4000} rows={4} />
        <Form.Item name="files" label={t('self.files')}>
          <FileField max={40} capture />
        </Form.Item>
        <VerbButton
          loading={save.pending}
          onClick={() =>
            void save.run(input('save', form.getFieldsValue(true))).then(() => form.setFieldValue('files', []))
          }
        >
          {t('verb.save')}
        </VerbButton>
      </FormBox>
    </Panel>
  )
}

/** A reviewer's marks beside the team's own; a reason wherever they differ. */
function ScoreForm({ application }: { readonly application: Application }) {
  const t = useText('safety')
  const command = useMove(t('done.score'))
  const { sheet } = application.rules
  return (
    <Panel title={t('score.title', { level: t(`level.${application.state === 'county' ? 'county' : 'prefecture'}`) })}>
      <p className="tz-second">{t('score.intro')}</p>
      <FormBox<SelfValues, Input, Output>
        draft={`safety.score.${application.id}.${application.round}.${application.state}`}
        initial={{ marks: formMarks(sheet, {}) }}
        command={command}
        toInput={(values) => ({
          id: application.id,
          move: {
            move: 'score',
            rev: application.rev,
            marks: marksOf(sheet, values.marks),
            reasons: Object.fromEntries(
              Object.entries(values.reasons ?? {}).flatMap(([key, reason]) => (reason ? [[key, reason]] : [])),
            ),
            words: values.words ?? '',
            fileIds: (values.files ?? []).map(({ id }) => id),
          },
        })}
        submit={t('verb.score')}
      >
        <MarkSheet sheet={sheet} self={application.self.marks} />
        <TextItem name="words" label={t('score.words')} max={2000} rows={3} />
        <Form.Item name="files" label={t('score.files')}>
          <FileField max={40} capture />
        </Form.Item>
      </FormBox>
    </Panel>
  )
}

function Verbs({ application }: { readonly application: Application }) {
  const t = useText('safety')
  const shown = ['decide', 'recuse', 'veto', 'withdraw'] as const
  return (
    <>
      {shown.flatMap((move) => {
        const offer = application.moves.find((one) => one.move === move)
        if (!offer || (!offer.allowed && offer.reason !== 'not_in_state' && move !== 'decide')) return []
        if (!offer.allowed && offer.reason === 'not_in_state') return []
        return [
          <OpenFormButton
            key={move}
            name={move}
            primary={move === 'decide'}
            reason={offer.reason === null ? null : keyed(t, 'reason', offer.reason, offer.reason)}
          >
            {t(`verb.${move}`)}
          </OpenFormButton>,
        ]
      })}
    </>
  )
}

function Forms({ application }: { readonly application: Application }) {
  const t = useText('safety')
  return (
    <>
      <FormDrawer name="decide" title={t('verb.decide')}>
        <Decide application={application} />
      </FormDrawer>
      <FormDrawer name="recuse" title={t('verb.recuse')}>
        <Reason application={application} move="recuse" />
      </FormDrawer>
      <FormDrawer name="withdraw" title={t('verb.withdraw')}>
        <Reason application={application} move="withdraw" />
      </FormDrawer>
      <FormDrawer name="veto" title={t('verb.veto')}>
        <Veto application={application} />
      </FormDrawer>
    </>
  )
}

const outcomes = ['accept', 'return', 'reject'] as const

function Decide({ application }: { readonly application: Application }) {
  const t = useText('safety')
  const { close } = useOpenForm()
  const command = useMove(t('done.decide'))
  return (
    <FormBox<{ readonly outcome: (typeof outcomes)[number]; readonly reason?: string }, Input, Output>
      command={command}
      toInput={({ outcome, reason = '' }) => ({
        id: application.id,
        move: { move: 'decide', rev: application.rev, outcome, reason },
      })}
      submit={t('verb.decide')}
      done={close}
      onCancel={close}
    >
      <Form.Item name="outcome" label={t('field.outcome')} rules={[{ required: true, message: t('rule.choose') }]}>
        <Radio.Group options={outcomes.map((value) => ({ value, label: t(`outcome.${value}`) }))} />
      </Form.Item>
      <TextItem name="reason" label={t('field.reason_if_not')} max={1000} rows={4} />
    </FormBox>
  )
}

function Reason(props: { readonly application: Application; readonly move: 'recuse' | 'withdraw' }) {
  const t = useText('safety')
  const { close } = useOpenForm()
  const command = useMove(t(`done.${props.move}`))
  return (
    <FormBox<{ readonly reason: string }, Input, Output>
      command={command}
      toInput={({ reason }) => ({
        id: props.application.id,
        move: { move: props.move, rev: props.application.rev, reason },
      })}
      submit={t(`verb.${props.move}`)}
      done={close}
      onCancel={close}
    >
      <TextItem name="reason" label={t('field.reason')} max={500} required rows={4} />
    </FormBox>
  )
}

type VetoValues = {
  readonly item: string
  readonly facts: string
  readonly happenedOn: string
  readonly files?: readonly UploadedFile[]
}

function Veto({ application }: { readonly application: Application }) {
  const t = useText('safety')
  const nameOf = useSheetName()
  const { close } = useOpenForm()
  const command = useMove(t('done.veto'))
  const vetoes = application.rules.sheet.sections.flatMap(({ items }) => items.filter(({ kind }) => kind === 'veto'))
  return (
    <FormBox<VetoValues, Input, Output>
      command={command}
      toInput={({ files = [], ...values }) => ({
        id: application.id,
        move: { move: 'veto', rev: application.rev, ...values, fileIds: files.map(({ id }) => id) },
      })}
      submit={t('verb.veto')}
      done={close}
      onCancel={close}
    >
      <Form.Item name="item" label={t('field.veto')} rules={[{ required: true, message: t('rule.choose') }]}>
        <Select options={vetoes.map((item) => ({ value: item.key, label: nameOf(item) }))} />
      </Form.Item>
      <Form.Item
        name="happenedOn"
        label={t('field.happened_on')}
        rules={[{ required: true, message: t('rule.choose') }]}
      >
        <DateField />
      </Form.Item>
      <TextItem name="facts" label={t('field.facts')} max={2000} required rows={4} />
      <Form.Item name="files" label={t('evidence.files')}>
        <FileField max={40} />
      </Form.Item>
    </FormBox>
  )
}
