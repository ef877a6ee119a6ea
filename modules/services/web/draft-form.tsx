import { Checkbox, Form, type FormInstance } from 'antd'
import { useText, useToast } from '@tingzhou/ui'
import { useCallback, useEffect, useRef, useState } from 'react'
import { changedIn } from './draft-content.ts'
import type { StepProps } from './draft-editor.tsx'
import { isSame } from './merge.ts'
import { SchemaForm, type Disputes, type FormValues } from './schema-form.tsx'
import { isBlank } from './schema.ts'
import { StepVerbs } from './step-verbs.tsx'
import type { Fields, Taken } from './use-saver.ts'
import { keyed, useSay, type Application } from './words.ts'

const keptAfterMs = 1500
const deliveryOf: Readonly<Record<string, 'online' | 'window' | 'post'>> = {
  e_licence: 'online',
  window: 'window',
  post: 'post',
}

/** 一表申请: kept as it is written, so that leaving loses nothing; only going on asks for all of it. */
export function DraftForm({ application, saver, onNext, onBack }: StepProps) {
  const t = useText('services')
  const toast = useToast()
  const [form] = Form.useForm<FormValues>()
  const state = useFormState(application, form)
  useTaken(saver.taken, form, state)
  const { keep } = useKeeping(() => saver.save(state.fields()))
  const problems = useProblems(application)
  const forward = async () => {
    try {
      await form.validateFields({ recursive: true })
    } catch {
      // The fields say what is wrong; what was written is kept all the same.
      await saver.save(state.fields())
      return
    }
    if (await saver.save(state.fields())) onNext()
  }
  const saveNow = async () => {
    if (await saver.save(state.fields())) toast.good(t('saved'))
  }
  return (
    <>
      <Consents
        application={application}
        chosen={state.consents}
        onChange={(consents) => keep(state.setConsents(consents))}
      />
      <SchemaForm
        view={application.plan.form}
        form={form}
        values={state.values}
        disputes={state.disputes}
        problems={problems}
        onValues={() => keep(undefined)}
        onDisputes={(disputes) => keep(state.setDisputes(disputes))}
      />
      <StepVerbs onNext={forward} onBack={onBack} onSave={() => void saveNow()} />
      <p className="tz-caption">{t('form.kept')}</p>
    </>
  )
}

function useFormState(application: Application, form: FormInstance<FormValues>) {
  const [values] = useState<FormValues>(application.values)
  const [disputes, setDisputes] = useState<Disputes>(
    Object.fromEntries(application.disputes.map(({ field, words }) => [field, words])),
  )
  const [consents, setConsents] = useState<readonly string[]>(application.consents)
  const latest = useRef({ disputes, consents })
  latest.current = { disputes, consents }
  const asked = new Set(application.plan.form.fields.map(({ code }) => code))
  const fields = (): Fields => {
    const now: FormValues = form.getFieldsValue(true)
    const filled = Object.fromEntries(Object.entries(now).filter(([code, value]) => asked.has(code) && !isBlank(value)))
    const way = deliveryOf[String(filled['delivery_way'] ?? '')]
    return {
      values: filled,
      // What is wrong is only worth telling once it is said.
      disputes: Object.entries(latest.current.disputes)
        .filter(([, words]) => words.trim() !== '')
        .map(([field, words]) => ({ field, words })),
      consents: [...latest.current.consents],
      ...(way ? { deliverBy: way } : {}),
      ...(typeof filled['delivery_address'] === 'string' ? { postTo: filled['delivery_address'] } : {}),
    }
  }
  return {
    values,
    disputes,
    consents,
    fields,
    setDisputes: (next: Disputes) => {
      latest.current = { ...latest.current, disputes: next }
      setDisputes(next)
    },
    setConsents: (next: readonly string[]) => {
      latest.current = { ...latest.current, consents: next }
      setConsents(next)
    },
  }
}

/** What another window changed appears here too, unless somebody wrote into the same field since. */
function useTaken(taken: Taken | null, form: FormInstance<FormValues>, state: ReturnType<typeof useFormState>) {
  const latest = useRef(state)
  latest.current = state
  useEffect(() => {
    if (!taken) return
    const { was, now } = taken
    for (const code of changedIn('values', was, now)) {
      const here: unknown = form.getFieldValue(code)
      if (isSame(isBlank(here) ? undefined : here, was.values[code])) form.setFieldValue(code, now.values[code])
    }
    if (changedIn('disputes', was, now).length > 0) latest.current.setDisputes(now.disputes)
    if (changedIn('consents', was, now).length > 0) latest.current.setConsents(Object.keys(now.consents))
  }, [taken, form])
}

/** Saves soon after the last change; many changes are one call, and what waits is written when the step is left. */
function useKeeping(save: () => Promise<boolean>) {
  const timer = useRef<number | undefined>(undefined)
  const latest = useRef(save)
  latest.current = save
  const flush = useCallback(() => {
    if (timer.current === undefined) return
    window.clearTimeout(timer.current)
    timer.current = undefined
    void latest.current()
  }, [])
  useEffect(() => flush, [flush])
  const keep = (_changed: void) => {
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(flush, keptAfterMs)
  }
  return { keep }
}

/** What the server refused when it was last asked, by field; said until the value is changed and saved. */
function useProblems(application: Application): Readonly<Record<string, string>> {
  const say = useSay()
  // A draft that was never filled in has a problem in every field; these are asked for when going on, not before.
  if (Object.keys(application.values).length === 0) return {}
  return Object.fromEntries(
    application.problems.filter(({ rule }) => rule !== 'required').map(({ field, message }) => [field, say(message)]),
  )
}

/** 授权: what may be fetched from elsewhere; without it the applicant writes it in. */
function Consents(props: {
  readonly application: Application
  readonly chosen: readonly string[]
  readonly onChange: (consents: readonly string[]) => void
}) {
  const t = useText('services')
  const scopes = [
    ...new Set(props.application.plan.form.fields.flatMap(({ consent }) => (consent === null ? [] : [consent]))),
  ]
  if (scopes.length === 0) return null
  return (
    <fieldset className="services-fieldset">
      <legend>{t('consent.title')}</legend>
      <p className="tz-second">{t('consent.text')}</p>
      <Checkbox.Group
        className="services-options"
        value={[...props.chosen]}
        options={scopes.map((scope) => ({ value: scope, label: keyed(t, 'consent_scope', scope, scope) }))}
        onChange={(values) => props.onChange(values.map(String))}
      />
    </fieldset>
  )
}
