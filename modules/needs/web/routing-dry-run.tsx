import { Form, Select } from 'antd'
import { EmptyState, formatNumber, ProblemAlert, toProblem, useText, VerbButton, WholeItem } from '@tingzhou/ui'
import { useState } from 'react'
import { Link } from 'react-router'
import { natures, urgencyClasses } from '../appeal-contract.ts'
import { api } from './api.ts'
import { useCategories } from './catalogue.ts'
import { AreaSelect, CategorySelect, EnterpriseSelect } from './pickers.tsx'

type Answer = Awaited<ReturnType<typeof api.routing.dryRun.call>>
type Values = {
  readonly category?: string | null
  readonly areaId?: string | null
  readonly enterpriseId?: string | null
  readonly nature?: (typeof natures)[number] | null
  readonly severity?: (typeof urgencyClasses)[number] | null
  readonly lastAppeals?: number | null
}

/** Who would get this, and what would have changed over the latest appeals. Nothing is written. */
export function DryRun({ version }: { readonly version: number }) {
  const t = useText('needs')
  const [form] = Form.useForm<Values>()
  const [answer, setAnswer] = useState<Answer | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const [pending, setPending] = useState(false)
  const run = async (values: Values) => {
    setPending(true)
    setProblem(null)
    const { category = null, areaId = null, enterpriseId = null, nature = null, severity = null } = values
    try {
      const facts = { category, areaId, enterpriseId, nature, severity }
      setAnswer(await api.routing.dryRun.call({ version, facts, lastAppeals: values.lastAppeals ?? 0 }))
    } catch (error) {
      setProblem(toProblem(error))
    } finally {
      setPending(false)
    }
  }
  return (
    <div className="needs-columns">
      <Form<Values>
        form={form}
        layout="vertical"
        className="tz-form"
        initialValues={{ lastAppeals: 200 }}
        onFinish={(values) => void run(values)}
      >
        <p className="tz-second">{t('routing.dry_text')}</p>
        <Form.Item name="category" label={t('column.category')}>
          <CategorySelect allowClear />
        </Form.Item>
        <Form.Item name="areaId" label={t('column.area')}>
          <AreaSelect allowClear />
        </Form.Item>
        <Form.Item name="enterpriseId" label={t('column.enterprise')}>
          <EnterpriseSelect allowClear />
        </Form.Item>
        <Form.Item name="nature" label={t('column.nature')}>
          <Select
            allowClear
            placeholder={t('routing.any')}
            options={natures.map((value) => ({ value, label: t(`nature.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="severity" label={t('routing.severity')}>
          <Select
            allowClear
            placeholder={t('routing.any')}
            options={urgencyClasses.map((value) => ({ value, label: t(`class.${value}`) }))}
          />
        </Form.Item>
        <WholeItem
          name="lastAppeals"
          label={t('routing.last')}
          extra={t('routing.last_help')}
          min={0}
          max={1000}
          className="needs-number"
        />
        <VerbButton type="primary" htmlType="submit" loading={pending}>
          {t('routing.try')}
        </VerbButton>
      </Form>
      <div aria-live="polite">
        {problem !== null && <ProblemAlert problem={problem} />}
        {answer?.answer && <Route answer={answer.answer} />}
        {answer && <Changes answer={answer} />}
      </div>
    </div>
  )
}

function Route({ answer }: { readonly answer: NonNullable<Answer['answer']> }) {
  const t = useText('needs')
  return (
    <section className="needs-section">
      <h3>{t('routing.would_get')}</h3>
      <p className="needs-now-line">{answer.owner?.name ?? t('routing.queue')}</p>
      {answer.assistants.length > 0 && (
        <p className="tz-flush">
          {t('suggest.assistants', { names: answer.assistants.map(({ name }) => name).join(t('list_comma')) })}
        </p>
      )}
      {answer.watchers.length > 0 && (
        <p className="tz-flush">
          {t('suggest.watchers', { names: answer.watchers.map(({ name }) => name).join(t('list_comma')) })}
        </p>
      )}
      {answer.class !== null && <p className="tz-flush">{t(`class_long.${answer.class}`)}</p>}
      <p className="tz-second">{answer.why}</p>
    </section>
  )
}

function Changes({ answer }: { readonly answer: Answer }) {
  const t = useText('needs')
  const { labelOf } = useCategories()
  if (answer.compared === 0) return null
  return (
    <section className="needs-section">
      <h3>
        {t('routing.would_change', { n: formatNumber(answer.changes.length), of: formatNumber(answer.compared) })}
      </h3>
      {answer.againstVersion !== null && (
        <p className="tz-caption">{t('routing.against', { n: answer.againstVersion })}</p>
      )}
      {answer.changes.length === 0 && <EmptyState title={t('routing.none_change')} />}
      <ul className="needs-lines">
        {answer.changes.map(({ appeal, before, after, ruleNumber }) => (
          <li key={appeal.id}>
            <span>
              <Link to={`/appeals/${appeal.id}`}>
                <span className="tz-caption tz-mono">{appeal.no}</span> {appeal.title}
              </Link>
              <span className="needs-help-line tz-second">
                {labelOf(appeal.category)}
                <span>
                  {before?.name ?? t('routing.queue')} → <strong>{after?.name ?? t('routing.queue')}</strong>
                </span>
                {ruleNumber !== null && <span>{t('routing.by_rule', { n: ruleNumber })}</span>}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
