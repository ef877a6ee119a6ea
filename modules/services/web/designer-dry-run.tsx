import { Checkbox, Form } from 'antd'
import { EmptyState, FactList, Panel, ProblemAlert, StateTag, useCommand, useText, VerbButton } from '@tingzhou/ui'
import { useMemo, useState } from 'react'
import type * as z from 'zod'
import type { DryRun } from '../editor-contract.ts'
import { OneThing } from '../one-thing.ts'
import { questionsFor, select } from '../situation.ts'
import { api } from './api.ts'
import { Complaints } from './designer-check.tsx'
import { DryRunPaths } from './dry-run-paths.tsx'
import { previewOf } from './form-preview.tsx'
import { SchemaForm, type Disputes, type FormValues } from './schema-form.tsx'
import { SituationQuestions, stillAsked, type Answers } from './situation-questions.tsx'
import { useSay } from './words.ts'

type Result = z.infer<typeof DryRun>

const shownMax = 20

/** 试运行: one made-up application walked on the same engine; nothing is written. */
export function DesignerDryRun({
  id,
  body,
  dirty,
}: {
  readonly id: string
  readonly body: unknown
  readonly dirty: boolean
}) {
  const t = useText('services')
  const thing = useMemo(() => OneThing.safeParse(body), [body])
  const [answers, setAnswers] = useState<Answers>({})
  const [back, setBack] = useState<string | null>(null)
  const [tolerant, setTolerant] = useState(false)
  const [disputes, setDisputes] = useState<Disputes>({})
  const [form] = Form.useForm<FormValues>()
  const command = useCommand({
    run: (input: Parameters<typeof api.editor.dryRun.call>[0]) => api.editor.dryRun.call(input),
  })
  const [result, setResult] = useState<Result | null>(null)
  const questions = thing.success ? questionsFor(thing.data, answers) : []
  const selection = thing.success ? select(thing.data, answers) : null
  const codes = new Set(selection?.ok ? selection.value.items.flatMap(({ fields }) => fields) : [])
  const view = previewOf(body, codes)
  const run = async () => {
    const outcome = await command.attempt({ id, answers, values: form.getFieldsValue(true), tolerant })
    setResult(outcome.ok ? outcome.value : null)
  }
  if (!thing.success)
    return (
      <>
        <EmptyState title={t('dry_run.not_whole')} text={t('dry_run.not_whole_text')} />
        <Complaints
          complaints={thing.error.issues.slice(0, shownMax).map(({ code, path, message }) => ({
            part: 'one_thing',
            kind: code,
            at: path.join('.'),
            value: null,
            message,
          }))}
          body={body}
        />
      </>
    )
  return (
    <>
      {dirty && <p className="services-attention">{t('designer.saved_only')}</p>}
      <SituationQuestions
        questions={questions}
        answers={answers}
        back={back}
        onBack={setBack}
        onAnswer={(question, options) => {
          const next = { ...answers, [question]: options }
          setBack(questions.find(({ code }) => code === question)?.many ? question : null)
          setAnswers(stillAsked(next, questionsFor(thing.data, next)))
        }}
      />
      <SchemaForm
        key={view.fields.map(({ code }) => code).join(' ')}
        view={view}
        form={form}
        values={{}}
        disputes={disputes}
        onValues={() => undefined}
        onDisputes={setDisputes}
      />
      <Checkbox checked={tolerant} onChange={(event) => setTolerant(event.target.checked)}>
        {t('dry_run.tolerant')}
      </Checkbox>
      <div className="services-verbs">
        <VerbButton
          type="primary"
          loading={command.pending}
          reason={selection?.ok === true ? null : t('situation.answer_first')}
          onClick={() => void run()}
        >
          {t('verb.dry_run')}
        </VerbButton>
      </div>
      {command.problem && <ProblemAlert problem={command.problem} />}
      {result && <DryRunResult result={result} body={body} />}
    </>
  )
}

function DryRunResult({ result, body }: { readonly result: Result; readonly body: unknown }) {
  const t = useText('services')
  const say = useSay()
  const walked = result.trace.reduce<{ process: string; nodes: string[] }[]>((runs, { process, node }) => {
    const last = runs.at(-1)
    if (last?.process === process) last.nodes.push(node)
    else runs.push({ process, nodes: [node] })
    return runs
  }, [])
  return (
    <Panel
      title={t('dry_run.result')}
      aside={
        <StateTag tone={result.ended ? 'good' : 'attention'}>
          {t(result.ended ? 'dry_run.ended' : 'dry_run.stuck')}
        </StateTag>
      }
    >
      <Complaints complaints={result.complaints} body={body} />
      {result.problems.length > 0 && (
        <ul className="services-lines">
          {result.problems.map(({ field, rule }) => (
            <li key={`${field} ${rule}`}>
              <span>
                <span className="tz-mono">{field}</span> {rule}
              </span>
            </li>
          ))}
        </ul>
      )}
      {result.clock && (
        <FactList
          facts={[
            { label: t('plan.joint_days'), value: t('days_n', { count: result.clock.days }) },
            { label: t('plan.sum_days'), value: t('days_n', { count: result.clock.sumDays }) },
            { label: t('plan.path'), value: result.clock.path.join(' → ') },
          ]}
        />
      )}
      <ul className="services-lines">
        {result.items.map((item) => (
          <li key={item.code}>
            <span>
              {say(item.name)}
              <span className="tz-caption services-under">
                {item.department.name} · {t('days_n', { count: item.days })}
                {item.table !== null && ` · ${item.table}`}
              </span>
            </span>
            <StateTag tone={item.outcome === 'approve' ? 'good' : 'busy'}>{t(`outcome.${item.outcome}`)}</StateTag>
          </li>
        ))}
      </ul>
      <DryRunPaths drawings={result.drawings} />
      <h3>{t('dry_run.trace')}</h3>
      <ol className="services-trace">
        {walked.map(({ process, nodes }, index) => (
          // The same process may be walked through several times.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index}>
            <strong className="tz-mono">{process}</strong> <span className="tz-mono">{nodes.join(' → ')}</span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
