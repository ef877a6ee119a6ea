import { useText } from '@tingzhou/ui'
import { useEffect, useState } from 'react'
import { changedIn } from './draft-content.ts'
import type { StepProps } from './draft-editor.tsx'
import { PlanClock, PlanItems } from './plan-parts.tsx'
import { questionNow, SituationQuestions, type Answers } from './situation-questions.tsx'
import { StepVerbs } from './step-verbs.tsx'
import type { Application } from './words.ts'

/** The answers of a draft, changed before it is sent: items, materials and form follow, by the version that it was begun with. */
export function DraftSituation({ application, saver, onNext, onBack }: StepProps) {
  const t = useText('services')
  const { plan } = application
  const [answers, setAnswers] = useState<Answers>(application.answers)
  const [back, setBack] = useState<string | null>(null)
  const change = (next: Answers) => {
    setAnswers(next)
    void saver.save({ answers: next })
  }
  useForgotten(application, change)
  const { taken } = saver
  useEffect(() => {
    if (taken && changedIn('answers', taken.was, taken.now).length > 0) setAnswers(taken.now.answers)
  }, [taken])
  const open = questionNow(plan.questions, answers, back)
  // The form follows the answers, so it waits until they are kept.
  const forward = async () => {
    if (await saver.settled()) onNext()
  }
  return (
    <>
      {plan.questions.length === 0 && <p className="tz-second">{t('situation.none')}</p>}
      <SituationQuestions
        questions={plan.questions}
        answers={answers}
        back={back}
        onBack={setBack}
        onAnswer={(question, options) => {
          setBack(plan.questions.find(({ code }) => code === question)?.many ? question : null)
          change({ ...answers, [question]: options })
        }}
      />
      {!open && (
        <>
          <PlanItems items={plan.items} />
          <PlanClock clock={plan.clock} items={plan.items} />
        </>
      )}
      <StepVerbs onNext={forward} onBack={onBack} reason={open ? t('situation.answer_first') : null} />
    </>
  )
}

/** Drops answers to questions that another answer has done away with. */
function useForgotten({ plan, answers }: Application, change: (answers: Answers) => void) {
  const gone = plan.problems.flatMap(({ kind, question }) =>
    kind === 'not_asked' && question !== null ? [question] : [],
  )
  const key = gone.join(' ')
  useEffect(() => {
    if (key === '') return
    const dropped = new Set(key.split(' '))
    change(Object.fromEntries(Object.entries(answers).filter(([code]) => !dropped.has(code))))
    // Only a new complaint of the server asks for it; the answers it complained of came with it.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key])
}
