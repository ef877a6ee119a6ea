import { useText } from './i18n.ts'
import { StateShape, type Shape } from './state-tag.tsx'
import { When } from './when.tsx'

export type StepState = 'done' | 'now' | 'later' | 'stopped'
export type Step = {
  readonly key: string
  readonly label: string
  readonly state: StepState
  readonly at?: number | null
  readonly note?: string
}

const shapes: Readonly<Record<StepState, Shape>> = { done: 'check', now: 'dot', later: 'ring', stopped: 'cross' }

/** The states of an object in their order; where it stands is a word and a shape. */
export function StateStepper({ steps }: { readonly steps: readonly Step[] }) {
  const t = useText('ui')
  return (
    <ol className="tz-steps" aria-label={t('steps.title')}>
      {steps.map((step) => (
        <li
          key={step.key}
          className={`tz-step tz-step-${step.state}`}
          {...(step.state === 'now' ? { 'aria-current': 'step' } : {})}
        >
          <span className="tz-step-mark">
            <StateShape shape={shapes[step.state]} />
          </span>
          <span className="tz-step-label">
            {step.label}
            <span className="tz-hidden"> {t(`steps.${step.state}`)}</span>
          </span>
          <span className="tz-caption">
            {step.at ? <When at={step.at} /> : null}
            {step.note}
          </span>
        </li>
      ))}
    </ol>
  )
}
