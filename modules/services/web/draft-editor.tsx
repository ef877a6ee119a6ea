import { Steps } from 'antd'
import { CopyId, Panel, useNarrow, usePageTitle, useText, When } from '@tingzhou/ui'
import { useEffect, useRef } from 'react'
import { useSearchParams } from 'react-router'
import { AskList } from './ask-list.tsx'
import { DraftClash } from './draft-clash.tsx'
import { DraftForm } from './draft-form.tsx'
import { DraftMaterials } from './draft-materials.tsx'
import { DraftSend } from './draft-send.tsx'
import { DraftSituation } from './draft-situation.tsx'
import { useBase } from './surface.ts'
import { ApplicationTag, SyntheticMark } from './tags.tsx'
import { Uploading, useUploading } from './uploading.tsx'
import { useSaver } from './use-saver.ts'
import { useSay, type Application } from './words.ts'

const draftSteps = ['situation', 'form', 'materials', 'send'] as const
export type DraftStep = (typeof draftSteps)[number]

/** A draft, or an application that is being mended: situation, form, materials, then check and send. The step is in the address. */
export function DraftEditor({ application }: { readonly application: Application }) {
  const t = useText('services')
  const say = useSay()
  const narrow = useNarrow()
  const { counter } = useBase()
  const [query, setQuery] = useSearchParams()
  const saver = useSaver(application)
  const uploading = useUploading()
  const mends = application.state === 'correction'
  const step = draftSteps.find((name) => name === query.get('step')) ?? (mends ? 'send' : 'form')
  const title = say(application.oneThing.name)
  usePageTitle(title)
  const heading = useRef<HTMLHeadingElement>(null)
  const first = useRef(true)
  useEffect(() => {
    if (!first.current) heading.current?.focus()
    first.current = false
  }, [step])
  const go = (next: DraftStep) =>
    setQuery((now) => {
      const address = new URLSearchParams(now)
      address.set('step', next)
      return address
    })
  const neighbour = (by: 1 | -1) => draftSteps[draftSteps.indexOf(step) + by]
  const forward = () => {
    const next = neighbour(1)
    if (next) go(next)
  }
  const before = neighbour(-1)
  const way = { onNext: forward, onBack: before ? () => go(before) : null }
  const round = application.corrections.at(-1)
  return (
    <div className={counter ? 'services-counter' : 'tz-page services-reading'}>
      <header className="services-head">
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          <p className="services-line">
            {application.no && <CopyId value={application.no} />}
            <ApplicationTag state={application.state} />
            <span className="tz-second">{application.applicant.name}</span>
            <SyntheticMark when={application.synthetic} />
          </p>
        </div>
      </header>
      {mends && round && (
        <Panel title={t('correction.title', { round: round.round })}>
          <p className="tz-second">
            {round.by} · <When at={round.at} />
          </p>
          <AskList asks={round.asks} plan={application.plan} />
          {round.headReason && <p>{t('correction.head_reason', { reason: round.headReason })}</p>}
        </Panel>
      )}
      <Steps
        className="services-steps"
        size="small"
        responsive={false}
        current={draftSteps.indexOf(step)}
        onChange={(index) => {
          const next = draftSteps[index]
          if (next) go(next)
        }}
        items={draftSteps.map((name) => ({ title: t(narrow ? `step_short.${name}` : `draft_step.${name}`) }))}
      />
      <Uploading {...uploading} here={step === 'materials'} onLook={() => go('materials')} />
      <section className="tz-panel">
        <h2 ref={heading} tabIndex={-1}>
          {t(`draft_step.${step}`)}
        </h2>
        {step === 'situation' && <DraftSituation application={application} saver={saver} {...way} />}
        {step === 'form' && (
          <DraftForm key={application.plan.items.length} application={application} saver={saver} {...way} />
        )}
        {/* What is being sent goes on while another step is shown. */}
        {(step === 'materials' || uploading.sending + uploading.failed > 0) && (
          <div hidden={step !== 'materials'}>
            <DraftMaterials application={application} saver={saver} onSending={uploading.note} {...way} />
          </div>
        )}
        {step === 'send' && <DraftSend application={application} saver={saver} uploading={uploading} onStep={go} />}
      </section>
      <DraftClash application={application} saver={saver} />
    </div>
  )
}

export type StepProps = {
  readonly application: Application
  readonly saver: ReturnType<typeof useSaver>
  readonly onNext: () => void
  readonly onBack: (() => void) | null
}
