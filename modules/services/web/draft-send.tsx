import { Input, Radio } from 'antd'
import { FactList, formatTime, ProblemAlert, useText, type SendingFiles, zoneNow } from '@tingzhou/ui'
import { useState } from 'react'
import { deliveries } from '../application-contract.ts'
import type { DraftStep } from './draft-editor.tsx'
import { FieldFacts } from './field-facts.tsx'
import { PackageOpen } from './package-open.tsx'
import { StepVerbs } from './step-verbs.tsx'
import { useMove } from './use-move.ts'
import type { useSaver } from './use-saver.ts'
import { reasonOf, useSay, type Application, type Texts } from './words.ts'

/** 核对提交: everything on one page, what is missing with the step that mends it, then send. */
export function DraftSend(props: {
  readonly application: Application
  readonly saver: ReturnType<typeof useSaver>
  readonly uploading: SendingFiles
  readonly onStep: (step: DraftStep) => void
}) {
  const { application, saver, uploading, onStep } = props
  const t = useText('services')
  const say = useSay()
  const mends = application.state === 'correction'
  const name = mends ? 'corrected' : 'submit'
  const move = application.moves.find((offer) => offer.move === name)
  const [words, setWords] = useState('')
  const command = useMove(t(`sent.${name}`))
  const gaps = useGaps(application)
  const why = whyNotYet(t, uploading, gaps.length) ?? (move ? reasonOf(t, move) : null)
  const send = async () => {
    await saver.settled()
    await command.attempt({
      kind: 'application',
      id: application.id,
      move: { move: name, rev: saver.rev(), ...(mends ? { words } : {}) },
    })
  }
  return (
    <>
      {command.problem && <ProblemAlert problem={command.problem} />}
      <Missing gaps={gaps} onStep={onStep} />
      <h3>{t('send.form')}</h3>
      <FieldFacts application={application} />
      <h3>{t('send.materials')}</h3>
      <ul className="services-lines">
        {application.materials.map((material) => (
          <li key={material.code}>
            <span>
              {say(material.name)}
              {material.files.length > 0 && (
                <span className="tz-caption services-under">
                  {material.files.map((file) => file.name).join(t('list_comma'))}
                </span>
              )}
            </span>
            <span>{t(`how.${material.how}`)}</span>
          </li>
        ))}
      </ul>
      <h3>{t('send.delivery')}</h3>
      <Delivery application={application} saver={saver} />
      <h3>{t('send.clock')}</h3>
      <FactList
        facts={[
          { label: t('plan.joint_days'), value: t('days_n', { count: application.plan.clock.days }) },
          { label: t('send.now'), value: formatTime(zoneNow()) },
        ]}
      />
      {mends && (
        <label className="services-label">
          <span>{t('correction.words')}</span>
          <Input.TextArea rows={3} maxLength={1000} value={words} onChange={(event) => setWords(event.target.value)} />
        </label>
      )}
      <p className="tz-second">{t('send.text')}</p>
      {application.mode === 'cross_region' && <PackageOpen application={application} />}
      <StepVerbs onNext={send} onBack={() => onStep('materials')} next={t(`verb.${name}`)} reason={why} />
    </>
  )
}

/** What has to be done before it can be sent; null: nothing. */
function whyNotYet(t: Texts, { sending, failed }: SendingFiles, gaps: number): string | null {
  if (failed > 0) return t('send.upload_failed')
  if (sending > 0) return t('send.uploading')
  return gaps > 0 ? t('send.missing_n', { n: gaps }) : null
}

type Gap = { readonly key: string; readonly step: DraftStep; readonly text: string }

/** What keeps it from being sent, each with the step that mends it. */
function useGaps(application: Application): readonly Gap[] {
  const t = useText('services')
  const say = useSay()
  const { plan, problems, materials } = application
  const fields = new Map(plan.form.fields.map(({ code, name }) => [code, say(name)]))
  const names = new Map([...plan.materials, ...materials].map(({ code, name }) => [`materials.${code}`, say(name)]))
  const asked = plan.materials.filter((material) => material.asked).map(({ code }) => code)
  const lacking = materials.filter(({ code, how }) => how === 'missing' && asked.includes(code))
  const told = new Set(problems.map(({ field }) => field))
  return [
    ...plan.problems.map(({ kind, question }) => ({
      key: `${kind} ${question}`,
      step: 'situation' as const,
      text: t('situation.answer_first'),
    })),
    ...problems.map(({ field, message }): Gap => {
      const material = names.get(field)
      const text = `${material ?? fields.get(field) ?? ''}${t('colon')}${say(message)}`
      if (material !== undefined || field === 'promise')
        return { key: field, step: 'materials', text: material === undefined ? say(message) : text }
      // What is no field of the form hangs on what was chosen.
      return fields.has(field)
        ? { key: field, step: 'form', text }
        : { key: field, step: 'situation', text: say(message) }
    }),
    ...lacking
      .filter(({ code }) => !told.has(`materials.${code}`))
      .map(({ code, name }) => ({
        key: code,
        step: 'materials' as const,
        text: t('send.material_missing', { name: say(name) }),
      })),
  ]
}

function Missing({ gaps, onStep }: { readonly gaps: readonly Gap[]; readonly onStep: (step: DraftStep) => void }) {
  const t = useText('services')
  if (gaps.length === 0) return <p className="services-good">{t('send.complete')}</p>
  return (
    <section className="services-missing" aria-label={t('send.missing')}>
      <strong>{t('send.missing_n', { n: gaps.length })}</strong>
      <ul>
        {gaps.map(({ key, step, text }) => (
          <li key={key}>
            <button type="button" className="services-link" onClick={() => onStep(step)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** How the result comes; a form that asks it already is not asked twice. */
function Delivery({
  application,
  saver,
}: {
  readonly application: Application
  readonly saver: ReturnType<typeof useSaver>
}) {
  const t = useText('services')
  const [postTo, setPostTo] = useState(application.postTo)
  const isInForm = application.plan.form.fields.some(({ code }) => code === 'delivery_way')
  if (isInForm)
    return (
      <p>
        {t(`delivery.${application.deliverBy}`)}
        {application.deliverBy === 'post' && ` · ${application.postTo}`}
      </p>
    )
  return (
    <>
      <Radio.Group
        className="services-options"
        value={application.deliverBy}
        options={deliveries.map((value) => ({ value, label: t(`delivery.${value}`) }))}
        onChange={(event) => void saver.save({ deliverBy: deliveries.find((way) => way === event.target.value) })}
      />
      {application.deliverBy === 'post' && (
        <label className="services-label">
          <span>{t('delivery.to')}</span>
          <Input
            maxLength={300}
            value={postTo}
            onChange={(event) => setPostTo(event.target.value)}
            onBlur={() => void saver.save({ postTo })}
          />
        </label>
      )}
    </>
  )
}
