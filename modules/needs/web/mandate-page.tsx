import { useQuery } from '@tanstack/react-query'
import { Checkbox, Form, Input } from 'antd'
import {
  DateField,
  EmptyState,
  FactList,
  FormBox,
  FormPage,
  ObjectPage,
  ProblemAlert,
  Trail,
  useCommand,
  useLive,
  useMe,
  useText,
  VerbButton,
  When,
  type Fact,
  FormDrawer,
  useOpenForm,
  zoneToday,
} from '@tingzhou/ui'
import { Link, useLocation, useNavigate, useParams, useSearchParams } from 'react-router'
import type { MandateMove } from '../mandates-contract.ts'
import { api, registry } from './api.ts'
import { verbText } from './appeal-trail.tsx'
import { MandateStateTag } from './mandate-list.tsx'
import { EnterpriseSelect } from './pickers.tsx'
import { linesOf, TextItem } from './room.tsx'
import { PersonSelect } from './staff-select.tsx'
import { SyntheticMark } from './tags.tsx'
import { keyed, type Texts } from './words.ts'

type Mandate = Awaited<ReturnType<typeof api.mandates.get.call>>
type MoveInput = { readonly id: string; readonly move: MandateBody; readonly commandId: string }
type MandateBody = MandateMove extends infer M ? (M extends unknown ? Omit<M, 'commandId'> : never) : never
type Moved = Awaited<ReturnType<typeof api.mandates.move.call>>

const moveNames = ['accept', 'start', 'pause', 'resume', 'finish', 'terminate'] as const
type MandateMoveName = (typeof moveNames)[number]

/** Makes a move of a mandate; its command id travels inside the move. */
const moveMandate = ({ id, move, commandId }: MoveInput) =>
  // A move without its id, and the id, are the move again.
  api.mandates.move.call({ id, move: { ...move, commandId } as MandateMove })

/** Where the mandate is shown: `/counter` for enterprises, the console for officials. */
function useBase(): '' | '/counter' {
  return useLocation().pathname.startsWith('/counter') ? '/counter' : ''
}

type OfferValues = {
  readonly enterpriseId: string
  readonly guideId: string
  readonly matter: string
  readonly details?: string
  readonly contactName: string
  readonly contactPhone: string
}
type OfferInput = Parameters<typeof api.mandates.offer.call>[0]

/** The intake sheet: what is to be done, for whom, by which guide. */
export function MandateNew() {
  const t = useText('needs')
  const me = useMe()
  const base = useBase()
  const navigate = useNavigate()
  const [query] = useSearchParams()
  const own = me?.memberships.find(({ role }) => role === 'enterprise')?.partyId ?? null
  const enterpriseId = query.get('enterpriseId') ?? own
  const guide = me?.memberships.some(({ role }) => role === 'guide') ? me.accountId : null
  const enterprise = useQuery({
    ...registry.enterprises.get.queryOptions({ input: { id: enterpriseId ?? '' } }),
    enabled: enterpriseId !== null,
  })
  const command = useCommand({
    run: api.mandates.offer.call,
    invalidate: [api.mandates.key()],
    success: t('mandate.offered'),
  })
  if (enterpriseId !== null && enterprise.isPending) return null
  const known = enterprise.data
  return (
    <FormPage<OfferValues, OfferInput, Awaited<ReturnType<typeof api.mandates.offer.call>>>
      title={t(base === '' ? 'mandate.offer' : 'mandate.ask')}
      intro={t('mandate.intro')}
      draft={`needs.mandate.new${base}`}
      initial={{
        ...(enterpriseId === null ? {} : { enterpriseId }),
        ...(guide === null && !known?.guideAccountId ? {} : { guideId: guide ?? known?.guideAccountId ?? '' }),
        contactName: own === null ? '' : (me?.name ?? ''),
      }}
      command={command}
      toInput={({ enterpriseId, guideId, matter, details = '', contactName, contactPhone }) => ({
        enterpriseId,
        guideId,
        intake: { matter, details, contactName, contactPhone },
      })}
      fieldNames={{
        'intake.matter': 'matter',
        'intake.details': 'details',
        'intake.contactName': 'contactName',
        'intake.contactPhone': 'contactPhone',
      }}
      submit={t(base === '' ? 'mandate.offer' : 'mandate.ask')}
      done={({ id }) => void navigate(`${base}/mandates/${id}`)}
    >
      <Form.Item name="enterpriseId" label={t('column.enterprise')} rules={[{ required: true }]} hidden={own !== null}>
        <EnterpriseSelect />
      </Form.Item>
      <Form.Item
        name="guideId"
        label={t('mandate.guide')}
        rules={[{ required: true }]}
        {...(known && !known.guideAccountId && guide === null ? { extra: t('mandate.no_guide') } : {})}
      >
        <PersonSelect
          role="guide"
          {...(known?.guideAccountId
            ? { also: [{ accountId: known.guideAccountId, name: known.guideName ?? known.guideAccountId, place: '' }] }
            : {})}
        />
      </Form.Item>
      <TextItem name="matter" label={t('mandate.matter')} max={200} required />
      <TextItem name="details" label={t('mandate.details')} max={2000} rows={4} />
      <TextItem name="contactName" label={t('field.contactName')} max={60} required />
      <Form.Item
        name="contactPhone"
        label={t('field.contactPhone')}
        rules={[{ required: true, pattern: /^\+?[\d -]{5,20}$/, message: t('rule.phone') }]}
      >
        <Input maxLength={20} inputMode="tel" />
      </Form.Item>
    </FormPage>
  )
}

/** One mandate: for whom, by whom, for what; its five forms and everything the guide did under it. */
export function MandatePage() {
  const t = useText('needs')
  const base = useBase()
  const { id = '' } = useParams()
  const query = useQuery(api.mandates.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['mandate'], objectId: id, keys: [api.mandates.key()] })
  const mandate = query.data
  if (!mandate)
    return (
      <ObjectPage
        title={t('mandate.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <>
      <ObjectPage
        title={mandate.matter}
        state={
          <>
            <MandateStateTag state={mandate.state} />
            <SyntheticMark when={mandate.synthetic} />
          </>
        }
        primary={<MandateVerbs mandate={mandate} base={base} />}
        facts={[
          { label: t('column.enterprise'), value: mandate.enterprise.name },
          { label: t('mandate.guide'), value: mandate.guide.name },
          { label: t('mandate.in_force'), value: t(mandate.inForce ? 'yes' : 'no') },
          {
            label: t('period'),
            value:
              mandate.from === null || mandate.to === null ? '–' : t('from_to', { from: mandate.from, to: mandate.to }),
          },
          { label: t('mandate.scope'), value: mandate.scope.join(t('list_comma')) || '–' },
          ...(mandate.endReason === '' ? [] : [{ label: t('mandate.end_reason'), value: mandate.endReason }]),
        ]}
        tabs={[{ key: 'forms', label: t('mandate.forms'), children: <Sheets mandate={mandate} /> }]}
        trail={<Acts mandate={mandate} base={base} />}
        problem={query.error}
      />
      {moveNames
        .filter((name) => name !== 'start')
        .map((name) => (
          <FormDrawer key={name} name={name} title={t(`mandate.move.${name}`)}>
            <MandateForm mandate={mandate} move={name} />
          </FormDrawer>
        ))}
    </>
  )
}

/** The moves of the mandate; the first one possible is the primary verb, the others say why not. */
function MandateVerbs({ mandate, base }: { readonly mandate: Mandate; readonly base: string }) {
  const t = useText('needs')
  const { open } = useOpenForm()
  const start = useCommand({ run: moveMandate, invalidate: [api.mandates.key()], success: t('mandate.did.start') })
  const offers = moveNames.flatMap((name) => mandate.moves.filter(({ move }) => move === name))
  const primary = offers.find(({ allowed, move }) => allowed && move !== 'terminate')
  const press = (move: string) => {
    if (move === 'start') void start.run({ id: mandate.id, move: { move, rev: mandate.rev } })
    else open(move)
  }
  return (
    <>
      {offers
        .filter((offer) => offer !== primary)
        .map(({ move, allowed, reason }) => (
          <VerbButton
            key={move}
            reason={allowed ? null : keyed(t, 'reason', reason, t('reason.not_now'))}
            onClick={() => press(move)}
          >
            {t(`mandate.move.${move}`)}
          </VerbButton>
        ))}
      {base === '' && mandate.inForce && (
        <VerbButton href={`/appeals/new?mandateId=${mandate.id}&enterpriseId=${mandate.enterprise.id}`}>
          {t('mandate.raise')}
        </VerbButton>
      )}
      {primary && (
        <VerbButton type="primary" loading={start.pending} onClick={() => press(primary.move)}>
          {t(`mandate.move.${primary.move}`)}
        </VerbButton>
      )}
    </>
  )
}

type MoveValues = {
  readonly scope?: string
  readonly from?: string
  readonly to?: string
  readonly signatory?: string
  readonly free?: boolean
  readonly reason?: string
  readonly missing?: string
  readonly until?: string | null
  readonly supplied?: string
  readonly results?: string
  readonly handedOver?: string
}

/** Fields with several lines are lists in the contract. Pure. */
export function mandateBody(move: MandateMoveName, rev: number, values: MoveValues): MandateBody {
  const { from = '', to = '', signatory = '', reason = '', until = null, results = '' } = values
  switch (move) {
    case 'accept':
      return { move, rev, form: { scope: linesOf(values.scope), from, to, signatory, freeAndVoluntary: true } }
    case 'start':
      return { move, rev }
    case 'pause':
      return { move, rev, form: { reason, missing: linesOf(values.missing), until } }
    case 'resume':
      return { move, rev, form: { supplied: linesOf(values.supplied), to, signatory } }
    case 'finish':
      return { move, rev, form: { results, handedOver: linesOf(values.handedOver) } }
    case 'terminate':
      return { move, rev, reason }
  }
}

const formNames = [
  'scope',
  'from',
  'to',
  'signatory',
  'reason',
  'missing',
  'until',
  'supplied',
  'results',
  'handedOver',
]
const fieldNames = {
  ...Object.fromEntries(formNames.map((name) => [`move.form.${name}`, name])),
  'move.form.freeAndVoluntary': 'free',
  'move.reason': 'reason',
}

function MandateForm({ mandate, move }: { readonly mandate: Mandate; readonly move: MandateMoveName }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({ run: moveMandate, invalidate: [api.mandates.key()], success: t(`mandate.did.${move}`) })
  const offer = mandate.moves.find((entry) => entry.move === move)
  const today = zoneToday()
  return (
    <FormBox<MoveValues, MoveInput, Moved>
      draft={`needs.mandate.${move}.${mandate.id}`}
      initial={move === 'accept' ? { from: today, scope: mandate.matter } : {}}
      command={command}
      toInput={(values) => ({ id: mandate.id, move: mandateBody(move, mandate.rev, values) })}
      fieldNames={fieldNames}
      submit={t(`mandate.move.${move}`)}
      done={close}
      onCancel={close}
      reason={offer?.allowed ? null : keyed(t, 'reason', offer?.reason ?? null, t('reason.not_now'))}
    >
      <MandateFields move={move} />
    </FormBox>
  )
}

function MandateFields({ move }: { readonly move: MandateMoveName }) {
  const t = useText('needs')
  const day = (name: string, label: string, required = true) => (
    <Form.Item name={name} label={label} rules={[{ required }]}>
      <DateField />
    </Form.Item>
  )
  switch (move) {
    case 'accept':
      return (
        <>
          <TextItem
            name="scope"
            label={t('mandate.scope')}
            max={4000}
            rows={4}
            required
            extra={t('mandate.one_a_line')}
          />
          {day('from', t('mandate.from'))}
          {day('to', t('mandate.to'))}
          <TextItem name="signatory" label={t('mandate.signatory')} max={60} required />
          <Form.Item
            name="free"
            valuePropName="checked"
            rules={[
              {
                validator: async (_, value) =>
                  value === true ? undefined : Promise.reject(new Error(t('mandate.must_agree'))),
              },
            ]}
          >
            <Checkbox>{t('mandate.free')}</Checkbox>
          </Form.Item>
        </>
      )
    case 'start':
      return null
    case 'pause':
      return (
        <>
          <TextItem name="reason" label={t('field.reason')} max={500} rows={3} required />
          <TextItem name="missing" label={t('mandate.missing')} max={4000} rows={4} extra={t('mandate.one_a_line')} />
          {day('until', t('mandate.until'), false)}
        </>
      )
    case 'resume':
      return (
        <>
          <TextItem name="supplied" label={t('mandate.supplied')} max={4000} rows={4} extra={t('mandate.one_a_line')} />
          {day('to', t('mandate.to'))}
          <TextItem name="signatory" label={t('mandate.signatory')} max={60} required />
        </>
      )
    case 'finish':
      return (
        <>
          <TextItem name="results" label={t('mandate.results')} max={2000} rows={5} required />
          <TextItem
            name="handedOver"
            label={t('mandate.handed_over')}
            max={8000}
            rows={4}
            extra={t('mandate.one_a_line')}
          />
        </>
      )
    case 'terminate':
      return <TextItem name="reason" label={t('field.reason')} max={500} rows={3} required />
  }
}

/** The forms as filled in, the first on top. */
function Sheets({ mandate }: { readonly mandate: Mandate }) {
  const t = useText('needs')
  return mandate.forms.map((sheet) => (
    <section key={`${sheet.kind} ${sheet.at}`} className="needs-section">
      <h3>{t(`mandate.sheet.${sheet.kind}`)}</h3>
      <p className="tz-caption">
        {sheet.by.name} · <When at={sheet.at} />
      </p>
      <FactList facts={sheetFacts(t, sheet.data)} />
    </section>
  ))
}

function sheetFacts(t: Texts, data: Readonly<Record<string, unknown>>): readonly Fact[] {
  return Object.entries(data)
    .filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => ({ label: keyed(t, 'mandate.field', key, key), value: factText(t, value) }))
}

function factText(t: Texts, value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(t('list_comma'))
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  return String(value)
}

/** What the guide did; every act names the enterprise it was for. */
function Acts({ mandate, base }: { readonly mandate: Mandate; readonly base: string }) {
  const t = useText('needs')
  const query = useQuery(api.mandates.acts.queryOptions({ input: { id: mandate.id } }))
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return null
  if (query.data.rows.length === 0) return <EmptyState title={t('mandate.no_acts')} />
  const appealBase = base === '' ? '/appeals' : '/counter/needs'
  return (
    <Trail
      entries={query.data.rows.map((act, index) => ({
        id: `${act.at} ${index}`,
        at: act.at,
        who: act.actor,
        onBehalfOf: act.onBehalfOf,
        verb: mandateVerb(t, act.verb),
        why: act.reason,
        ...(act.appeal
          ? {
              note: (
                <p className="tz-flush">
                  <Link to={`${appealBase}/${act.appeal.id}`}>
                    {act.appeal.no} {act.appeal.title}
                  </Link>
                </p>
              ),
            }
          : {}),
      }))}
    />
  )
}

function mandateVerb(t: Texts, verb: string): string {
  const name = verb.replace(/^(needs\.)?mandate[._]/, '')
  return keyed(t, 'mandate.did', name, verbText(t, verb))
}
