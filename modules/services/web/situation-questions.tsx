import { Checkbox, Radio } from 'antd'
import { useText, VerbButton } from '@tingzhou/ui'
import { useEffect, useRef } from 'react'
import { useSay, type PlanView } from './words.ts'

export type Answers = Record<string, string[]>

type Question = PlanView['questions'][number]

/** The question to ask now: the first one without an answer, or the one gone back to. Pure. */
export function questionNow(questions: readonly Question[], answers: Answers, back: string | null): Question | null {
  const wanted = questions.find(({ code }) => code === back)
  return wanted ?? questions.find(({ code }) => (answers[code] ?? []).length === 0) ?? null
}

/** 情形引导: one question at a time, the given answers above as links back. */
export function SituationQuestions(props: {
  readonly questions: readonly Question[]
  readonly answers: Answers
  readonly back: string | null
  readonly onBack: (code: string | null) => void
  /** Several options take several presses: after one the caller goes back to the question until it is left. */
  readonly onAnswer: (code: string, options: string[]) => void
}) {
  const t = useText('services')
  const say = useSay()
  const now = questionNow(props.questions, props.answers, props.back)
  const heading = useRef<HTMLLegendElement>(null)
  const code = now?.code
  const first = useRef(true)
  // The next question replaces the one with the focus; a reader by ear must hear it.
  useEffect(() => {
    if (!first.current) heading.current?.focus()
    first.current = false
  }, [code])
  const given = props.questions.filter(
    (question) => question !== now && (props.answers[question.code] ?? []).length > 0,
  )
  return (
    <div className="services-questions">
      {given.length > 0 && (
        <ul className="services-lines" aria-label={t('situation.given')}>
          {given.map((question) => (
            <li key={question.code}>
              <span>
                {say(question.text)}
                <strong className="services-under">
                  {answerText(question, props.answers[question.code] ?? [], say, t('list_comma'))}
                </strong>
              </span>
              <VerbButton
                size="small"
                aria-label={t('situation.change_of', { question: say(question.text) })}
                onClick={() => props.onBack(question.code)}
              >
                {t('situation.change')}
              </VerbButton>
            </li>
          ))}
        </ul>
      )}
      {now && (
        <fieldset className="services-question">
          <legend ref={heading} tabIndex={-1}>
            {say(now.text)}
            <span className="tz-caption services-under">
              {t('situation.count', { n: props.questions.indexOf(now) + 1, of: props.questions.length })}
              {now.many && ` · ${t('situation.many')}`}
            </span>
          </legend>
          <Choices
            question={now}
            chosen={props.answers[now.code] ?? []}
            onAnswer={(options) => props.onAnswer(now.code, options)}
            onNext={() => props.onBack(null)}
          />
        </fieldset>
      )}
    </div>
  )
}

function Choices(props: {
  readonly question: Question
  readonly chosen: readonly string[]
  readonly onAnswer: (options: string[]) => void
  readonly onNext: () => void
}) {
  const { question, chosen } = props
  const t = useText('services')
  const say = useSay()
  const options = question.options.map(({ code, name }) => ({ value: code, label: say(name) }))
  if (!question.many)
    return (
      <Radio.Group
        className="services-options"
        options={options}
        value={chosen[0] ?? null}
        onChange={(event) => props.onAnswer([String(event.target.value)])}
      />
    )
  return (
    <>
      <Checkbox.Group
        className="services-options"
        options={options}
        value={[...chosen]}
        onChange={(values) => props.onAnswer(values.map(String))}
      />
      <VerbButton reason={chosen.length === 0 ? t('situation.choose_first') : null} onClick={props.onNext}>
        {t('verb.next')}
      </VerbButton>
    </>
  )
}

export function answerText(
  question: Question,
  chosen: readonly string[],
  say: ReturnType<typeof useSay>,
  comma: string,
): string {
  return question.options
    .filter(({ code }) => chosen.includes(code))
    .map(({ name }) => say(name))
    .join(comma)
}

/** Answers without those that the questions no longer ask. Pure. */
export function stillAsked(answers: Answers, questions: readonly Pick<Question, 'code'>[]): Answers {
  const codes = new Set(questions.map(({ code }) => code))
  return Object.fromEntries(Object.entries(answers).filter(([code]) => codes.has(code)))
}
