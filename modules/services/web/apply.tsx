import { useQuery } from '@tanstack/react-query'
import { Form, Input, Radio } from 'antd'
import {
  FormBox,
  Panel,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useLate,
  useMe,
  usePageTitle,
  useText,
  type Content,
} from '@tingzhou/ui'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { questionsFor } from '../situation.ts'
import { api, movedKeys } from './api.ts'
import { answersOf, withAnswers } from './answer-address.ts'
import { EnterpriseSelect } from './pickers.tsx'
import { PlanClock, PlanCuts, PlanItems, PlanMaterials } from './plan-parts.tsx'
import { SituationQuestions, stillAsked, type Answers } from './situation-questions.tsx'
import { useBase } from './surface.ts'
import { useSay, type PlanView } from './words.ts'

/** 情形引导: questions one at a time, then what they lead to, then for whom; the answers stand in the address. */
export function Apply() {
  const t = useText('services')
  const say = useSay()
  const { counter } = useBase()
  const { code = '' } = useParams()
  const [query, setQuery] = useSearchParams()
  const answers = answersOf(query)
  const back = query.get('back')
  const guide = useQuery(api.catalogue.guide.queryOptions({ input: { code } }))
  const plan = useQuery({
    ...api.catalogue.plan.queryOptions({ input: { code, answers, enterpriseId: useOwnEnterprise() } }),
    placeholderData: (before) => before,
  })
  const title = guide.data ? say(guide.data.name) : t('guide.title')
  usePageTitle(title)
  const late = useLate(plan.isPending)
  // An answer may do away with later questions; their answers go with them.
  const set = (next: Answers, at: string | null) => {
    const kept = guide.data ? stillAsked(next, questionsFor(guide.data.body, next)) : next
    setQuery((now) => withAnswers(now, kept, at), { replace: true })
  }
  const view = plan.data
  const open = view?.questions.some((question) => (answers[question.code] ?? []).length === 0) || back !== null
  return (
    <div className={counter ? 'services-counter' : 'tz-page services-reading'}>
      <header className="services-head">
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          <p className="tz-second">{t('situation.lead')}</p>
        </div>
      </header>
      {plan.error && <ProblemAlert problem={plan.error} onRetry={() => void plan.refetch()} />}
      {late && <SkeletonLines lines={8} />}
      {view && (
        <>
          {view.questions.length > 0 && (
            <Panel title={t('situation.title')}>
              <SituationQuestions
                questions={view.questions}
                answers={answers}
                back={back}
                onBack={(at) => set(answers, at)}
                onAnswer={(question, options) =>
                  set(
                    { ...answers, [question]: options },
                    view.questions.find(({ code: name }) => name === question)?.many ? question : null,
                  )
                }
              />
            </Panel>
          )}
          {!open && !plan.isPlaceholderData && (
            <Outcome
              view={view}
              answers={answers}
              target={guide.data?.target ?? 'enterprise'}
              joint={guide.data?.body.joint != null}
            />
          )}
        </>
      )}
    </div>
  )
}

/** What the answers lead to, and the way on. */
function Outcome(props: {
  readonly view: PlanView
  readonly answers: Answers
  readonly target: 'enterprise' | 'person'
  readonly joint: boolean
}) {
  const t = useText('services')
  const { view } = props
  if (view.items.length === 0)
    return (
      <Panel>
        <p>{t('plan.nothing')}</p>
      </Panel>
    )
  return (
    <>
      <Panel title={t('plan.items')}>
        <PlanItems items={view.items} />
        <PlanClock clock={view.clock} items={view.items} />
      </Panel>
      <Panel title={t('materials.title')}>
        <PlanMaterials materials={view.materials} />
      </Panel>
      <Panel title={t('guide.cuts')}>
        <PlanCuts cuts={view.cuts} />
      </Panel>
      <Panel title={t('applicant.title')}>
        <Begin {...props} />
      </Panel>
    </>
  )
}

type Values = {
  readonly who: 'own' | 'registered' | 'new' | 'person'
  readonly enterpriseId?: string | null
  readonly name?: string
  readonly mode?: 'online' | 'window' | 'cross_region' | 'joint'
}
type Input_ = Parameters<typeof api.applications.create.call>[0]
type Output = Awaited<ReturnType<typeof api.applications.create.call>>

/** For whom it is; at the window an officer says so, a firm applies for itself or for a firm to be founded. */
function Begin(props: {
  readonly view: PlanView
  readonly answers: Answers
  readonly target: 'enterprise' | 'person'
  readonly joint: boolean
}) {
  const t = useText('services')
  const navigate = useNavigate()
  const { counter, base } = useBase()
  const [query] = useSearchParams()
  const me = useMe()
  const own = useOwn()
  const command = useCommand({ run: api.applications.create.call, invalidate: movedKeys })
  const choices: readonly Values['who'][] =
    props.target === 'person' ? ['person'] : own ? ['own', 'new'] : ['registered', 'new']
  const visit = query.get('visit')
  const modes = [
    ...(counter ? (['online'] as const) : (['window', 'cross_region'] as const)),
    ...(props.joint ? (['joint'] as const) : []),
  ]
  return (
    <FormBox<Values, Input_, Output>
      command={command}
      initial={{
        who: choices[0] ?? 'new',
        mode: counter ? 'online' : 'window',
        ...(counter && props.target === 'person' && me ? { name: me.name } : {}),
      }}
      submit={t('verb.begin')}
      toInput={(values): Content<Input_> => ({
        oneThing: props.view.code,
        applicant: {
          kind: props.target,
          enterpriseId:
            values.who === 'own'
              ? (own?.id ?? null)
              : values.who === 'registered'
                ? (values.enterpriseId ?? null)
                : null,
          name: values.who === 'own' ? (own?.name ?? '') : (values.name ?? ''),
        },
        mode: values.mode ?? (counter ? 'online' : 'window'),
        visitId: visit,
        fields: { answers: props.answers },
      })}
      done={({ id }) => navigate(`${base}/applications/${id}`)}
      fieldNames={{ 'applicant.name': 'name', 'applicant.enterpriseId': 'enterpriseId' }}
    >
      {choices.length > 1 && (
        <Form.Item name="who" label={t('applicant.who')}>
          <Radio.Group
            className="services-options"
            options={choices.map((value) => ({
              value,
              label: value === 'own' ? t('applicant.own', { name: own?.name ?? '' }) : t(`applicant.${value}`),
            }))}
          />
        </Form.Item>
      )}
      {modes.length > 1 && (
        <Form.Item
          name="mode"
          label={t('column.mode')}
          extra={t(props.joint ? 'joint.mode_help' : 'applicant.mode_help')}
        >
          <Radio.Group
            className="services-options"
            options={modes.map((value) => ({ value, label: t(`mode.${value}`) }))}
          />
        </Form.Item>
      )}
      <Form.Item noStyle shouldUpdate={(before: Values, now: Values) => before.who !== now.who}>
        {({ getFieldValue, setFieldsValue }) => {
          const who: unknown = getFieldValue('who') ?? choices[0]
          if (who === 'own') return null
          if (who === 'registered')
            return (
              <>
                <Form.Item
                  name="enterpriseId"
                  label={t('applicant.registered')}
                  rules={[{ required: true, message: t('rule.required', { label: t('applicant.registered') }) }]}
                >
                  <EnterpriseSelect onName={(name) => setFieldsValue({ name })} />
                </Form.Item>
                <Form.Item name="name" hidden>
                  <Input />
                </Form.Item>
              </>
            )
          const label = t(who === 'person' ? 'applicant.person_name' : 'applicant.new_name')
          return (
            <Form.Item
              name="name"
              label={label}
              rules={[{ required: true, whitespace: true, message: t('rule.required', { label }) }]}
            >
              <Input maxLength={100} />
            </Form.Item>
          )
        }}
      </Form.Item>
    </FormBox>
  )
}

/** The firm that the reader speaks for. */
function useOwn(): { readonly id: string; readonly name: string } | null {
  const me = useMe()
  const held = me?.memberships.find(({ role, partyId }) => role === 'enterprise' && partyId !== null)
  return held?.partyId ? { id: held.partyId, name: held.partyName ?? '' } : null
}

function useOwnEnterprise(): string | null {
  return useOwn()?.id ?? null
}
