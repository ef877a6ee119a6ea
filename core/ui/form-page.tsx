import { Form, Steps, type FormInstance } from 'antd'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useText } from './i18n.ts'
import { ApiProblem } from './api.ts'
import type { Command, Content } from './command.ts'
import { useDraft } from './draft.ts'
import { splitErrors } from './field-errors.ts'
import { Page } from './page.tsx'
import { ProblemAlert } from './problem-alert.tsx'
import { formatTime } from './format.ts'
import { VerbButton } from './verb-button.tsx'

type Values = Readonly<Record<string, unknown>>

export type FormStep = { readonly title: string; readonly content: ReactNode }

export type FormBoxProps<V, I, O> = {
  readonly command: Command<I, O>
  readonly toInput: (values: V) => Content<I>
  /** The verb on the button. */
  readonly submit: string
  readonly done?: (output: O) => void
  /** Name under which unsent work is kept; none for small dialogs. */
  readonly draft?: string
  readonly initial?: Partial<V>
  readonly form?: FormInstance<V>
  /** Where a server field is called otherwise than in the form. */
  readonly fieldNames?: Readonly<Record<string, string>>
  readonly onCancel?: () => void
  /** Why it cannot be sent now. */
  readonly reason?: string | null
  readonly steps?: readonly FormStep[]
  readonly children?: ReactNode
}

/** A form in one column: problems at their field or over the button that was pressed, unsent work kept. */
export function FormBox<V extends object, I, O>(props: FormBoxProps<V, I, O>) {
  const t = useText('ui')
  const [own] = Form.useForm<V>()
  const form = props.form ?? own
  const draft = useDraft(props.draft)
  const kept = useMemo(() => readKept(draft.read()), [draft])
  const [restored, setRestored] = useState(kept !== null)
  const [refusal, setRefusal] = useState<ApiProblem | null>(null)
  const refused = useRef<HTMLDivElement>(null)
  const steps = useSteps(props.steps, form)

  const send = async (values: V) => {
    setRefusal(null)
    const outcome = await props.command.attempt(props.toInput(values))
    if (outcome.ok) {
      draft.drop()
      props.done?.(outcome.value)
      return
    }
    setRefusal(showProblem(form, outcome.problem, props.fieldNames ?? {}))
  }
  // Sent by Enter from a field further up, the button and what is over it may be out of sight; a field that is refused is shown first.
  useEffect(() => {
    const isAtField = form.getFieldsError().some(({ errors }) => errors.length > 0)
    if (refusal && !isAtField) refused.current?.scrollIntoView({ block: 'nearest' })
  }, [refusal, form])
  const restart = () => {
    draft.drop()
    setRestored(false)
    form.resetFields()
    // resetFields goes back to the initial values, which are the kept ones; the real beginning is written over them.
    form.setFieldsValue(blank(form.getFieldsValue(true), props.initial ?? {}))
  }
  return (
    <Form<V>
      form={form}
      layout="vertical"
      requiredMark
      scrollToFirstError={{ focus: true, block: 'center' }}
      // A draft was written by this form; fields that no longer exist are ignored by antd.
      initialValues={{ ...props.initial, ...kept?.values } as Partial<V>}
      onValuesChange={(_, values) =>
        draft.keep({ at: Date.now(), values: { ...form.getFieldsValue(true), ...values } })
      }
      onFinish={(values) => void send({ ...form.getFieldsValue(true), ...values })}
      onKeyDown={keepDay}
      className="tz-form"
    >
      {restored && kept && (
        <p className="tz-draft" role="status">
          {t('form.restored', { time: formatTime(kept.at) })}{' '}
          <VerbButton type="link" size="small" onClick={restart}>
            {t('form.restart')}
          </VerbButton>
        </p>
      )}
      {steps.bar}
      {steps.content}
      {props.children}
      <div ref={refused} className="tz-form-refusal">
        <ProblemAlert problem={refusal} />
      </div>
      <div className="tz-form-verbs">
        {steps.last ? (
          // A button of its own: were it the one of before, the click that came here would also send.
          <VerbButton
            key="submit"
            type="primary"
            htmlType="submit"
            loading={props.command.pending}
            reason={props.reason}
          >
            {props.submit}
          </VerbButton>
        ) : (
          <VerbButton key="next" type="primary" onClick={steps.forward}>
            {t('form.next')}
          </VerbButton>
        )}
        {steps.back && <VerbButton onClick={steps.back}>{t('form.back')}</VerbButton>}
        {props.onCancel && <VerbButton onClick={props.onCancel}>{t('cancel')}</VerbButton>}
        {props.draft !== undefined && <span className="tz-caption">{t('form.kept')}</span>}
      </div>
    </Form>
  )
}

/** Enter after a typed day takes the day; it does not send the form. */
function keepDay(event: KeyboardEvent) {
  if (event.key === 'Enter' && event.target instanceof Element && event.target.closest('.ant-picker'))
    event.preventDefault()
}

/** A form as a page, 640 wide. */
export function FormPage<V extends object, I, O>(
  props: FormBoxProps<V, I, O> & { readonly title: string; readonly intro?: ReactNode },
) {
  return (
    <Page title={props.title} width="form">
      {props.intro && <p className="tz-second">{props.intro}</p>}
      <section className="tz-panel">
        <FormBox<V, I, O> {...props} />
      </section>
    </Page>
  )
}

/** Steps keep all fields mounted, so that one submit checks and sends everything. */
function useSteps<V>(steps: readonly FormStep[] | undefined, form: FormInstance<V>) {
  const [at, setAt] = useState(0)
  useEffect(() => setAt(0), [steps?.length])
  if (!steps || steps.length === 0) return { bar: null, content: null, last: true, forward: undefined, back: undefined }
  const forward = () =>
    void form.validateFields({ recursive: true }).then(
      () => setAt(at + 1),
      ({ errorFields }: { errorFields: { name: (string | number)[] }[] }) => {
        const here = document.querySelector('.tz-form-step:not([hidden])')
        const blocked = errorFields.some(({ name }) => here?.querySelector(`[id$="${CSS.escape(name.join('_'))}"]`))
        if (!blocked) setAt(at + 1)
      },
    )
  return {
    bar: <Steps size="small" current={at} items={steps.map(({ title }) => ({ title }))} className="tz-form-steps" />,
    content: steps.map((step, index) => (
      <div key={step.title} className="tz-form-step" hidden={index !== at}>
        {step.content}
      </div>
    )),
    last: at >= steps.length - 1,
    forward,
    back: at > 0 ? () => setAt(at - 1) : undefined,
  }
}

/** Puts messages at their fields; returns the problem when something is left to say. */
function showProblem<V>(
  form: FormInstance<V>,
  problem: ApiProblem,
  names: Readonly<Record<string, string>>,
): ApiProblem | null {
  const paths = form.getFieldsError().map(({ name }) => name.join('.'))
  const { atField, onTop } = splitErrors(problem.errors, paths, names)
  // antd types field names by the form's values; these come from the form itself.
  type Fields = Parameters<typeof form.setFields>[0]
  form.setFields(
    [...atField].map(([path, errors]) => ({ name: path.split('.').map(toKey), errors })) as unknown as Fields,
  )
  const [first] = atField.keys()
  if (first !== undefined)
    form.scrollToField(first.split('.').map(toKey) as Parameters<typeof form.scrollToField>[0], {
      focus: true,
      block: 'center',
    })
  if (atField.size > 0 && onTop.length === 0) return null
  return new ApiProblem(problem.code, {
    status: problem.status,
    message: problem.message,
    data: { ...problem.data, errors: onTop },
  })
}

function toKey(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part
}

function readKept(stored: Values | null): { readonly at: number; readonly values: Values } | null {
  const values = stored?.['values']
  const at = stored?.['at']
  if (typeof values !== 'object' || values === null || typeof at !== 'number') return null
  return { at, values: { ...values } }
}

function blank(now: object, initial: object): never {
  // setFieldsValue wants the form's own type; undefined empties a field whatever its type.
  return { ...Object.fromEntries(Object.keys(now).map((key) => [key, undefined])), ...initial } as never
}
