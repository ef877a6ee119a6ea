import { useQuery } from '@tanstack/react-query'
import { Form, Input } from 'antd'
import {
  DateField,
  EmptyState,
  FormBox,
  FormPage,
  ObjectPage,
  ProblemAlert,
  useCommand,
  useMe,
  useText,
  VerbButton,
  When,
  type Content,
  FormDrawer,
  OpenFormButton,
  useOpenForm,
} from '@tingzhou/ui'
import { Link, useNavigate, useParams } from 'react-router'
import type { Article } from '../knowledge-contract.ts'
import { api } from './api.ts'
import { useCategories } from './catalogue.ts'
import { ArticleStateTag } from './knowledge-list.tsx'
import { CategorySelect, DepartmentSelect } from './pickers.tsx'
import { mayKeepKnowledge } from './roles.ts'
import { TextItem } from './room.tsx'
import { SyntheticMark } from './tags.tsx'

type Values = {
  readonly question: string
  readonly answer: string
  readonly category?: string | null
  readonly basis: string
  readonly basisUrl?: string | null
  readonly ownerId?: string | null
  readonly validTo?: string | null
  readonly why?: string
}

const fieldsOf = ({ question, answer, category, basis, basisUrl, ownerId, validTo }: Values) => ({
  question,
  answer,
  basis,
  category: category ?? null,
  basisUrl: basisUrl || null,
  ownerId: ownerId ?? null,
  validTo: validTo ?? null,
})

function ArticleFields({ changing = false }: { readonly changing?: boolean }) {
  const t = useText('needs')
  return (
    <>
      <TextItem name="question" label={t('knowledge.question')} max={200} required />
      <TextItem name="answer" label={t('knowledge.answer')} max={4000} required rows={8} />
      <Form.Item name="category" label={t('column.category')}>
        <CategorySelect allowClear />
      </Form.Item>
      <TextItem name="basis" label={t('knowledge.basis')} max={300} required extra={t('knowledge.basis_help')} />
      <Form.Item name="basisUrl" label={t('knowledge.basis_url')} rules={[{ type: 'url', message: t('rule.url') }]}>
        <Input maxLength={500} inputMode="url" />
      </Form.Item>
      <Form.Item name="ownerId" label={t('knowledge.owner')}>
        <DepartmentSelect allowClear />
      </Form.Item>
      <Form.Item name="validTo" label={t('knowledge.valid_to')} extra={t('knowledge.valid_help')}>
        <DateField />
      </Form.Item>
      {changing && <TextItem name="why" label={t('field.why')} max={500} />}
    </>
  )
}

export function KnowledgeNew() {
  const t = useText('needs')
  const navigate = useNavigate()
  const command = useCommand({
    run: api.knowledge.create.call,
    invalidate: [api.knowledge.key()],
    success: t('knowledge.added'),
  })
  return (
    <FormPage<Values, Parameters<typeof api.knowledge.create.call>[0], { id: string; rev: number }>
      title={t('knowledge.new')}
      draft="needs.knowledge.new"
      command={command}
      toInput={fieldsOf}
      submit={t('knowledge.add')}
      done={({ id }) => void navigate(`/knowledge/${id}`)}
    >
      <ArticleFields />
    </FormPage>
  )
}

/** One article: question, answer, on what it rests, until when it holds, where it was cited. */
export function KnowledgePage() {
  const t = useText('needs')
  const me = useMe()
  const { id = '' } = useParams()
  const { labelOf } = useCategories()
  const query = useQuery(api.knowledge.get.queryOptions({ input: { id } }))
  const article = query.data
  const retire = useCommand({
    run: api.knowledge.change.call,
    invalidate: [api.knowledge.key()],
    success: article?.retired ? t('knowledge.restored') : t('knowledge.retired'),
  })
  if (!article)
    return (
      <ObjectPage
        title={t('knowledge.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const refused = mayKeepKnowledge(me) ? null : t('reason.knowledge_role')
  return (
    <>
      <ObjectPage
        title={article.question}
        state={
          <>
            <ArticleStateTag article={article} />
            <SyntheticMark when={article.synthetic} />
          </>
        }
        primary={
          <OpenFormButton name="edit" primary reason={refused}>
            {t('verb.change')}
          </OpenFormButton>
        }
        verbs={
          <VerbButton
            reason={refused}
            loading={retire.pending}
            onClick={() => void retire.run({ id, rev: article.rev, retired: !article.retired })}
          >
            {article.retired ? t('knowledge.restore') : t('knowledge.retire')}
          </VerbButton>
        }
        facts={[
          { label: t('column.category'), value: labelOf(article.category) },
          { label: t('knowledge.owner'), value: article.owner?.name ?? '–' },
          { label: t('knowledge.valid_to'), value: article.validTo ?? t('knowledge.no_end') },
          { label: t('knowledge.used'), value: `${article.usedCount} ${t('unit.times')}` },
          { label: t('updated'), value: <When at={article.updatedAt} /> },
        ]}
        tabs={[
          { key: 'answer', label: t('knowledge.answer'), children: <Answer article={article} /> },
          { key: 'uses', label: t('knowledge.uses'), children: <Uses id={id} /> },
        ]}
        problem={query.error}
      />
      <FormDrawer name="edit" title={t('knowledge.edit')}>
        <Edit article={article} />
      </FormDrawer>
    </>
  )
}

function Answer({ article }: { readonly article: Article }) {
  const t = useText('needs')
  return (
    <div className="needs-reading">
      <p className="needs-prose">{article.answer}</p>
      <section className="needs-section">
        <h3>{t('knowledge.basis')}</h3>
        <p className="tz-flush">
          {article.basisUrl === null ? (
            article.basis
          ) : (
            <a href={article.basisUrl} target="_blank" rel="noreferrer">
              {article.basis}
            </a>
          )}
        </p>
      </section>
    </div>
  )
}

function Uses({ id }: { readonly id: string }) {
  const t = useText('needs')
  const query = useQuery(api.knowledge.uses.queryOptions({ input: { id, limit: 100 } }))
  const rows = query.data?.rows ?? []
  return (
    <>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && rows.length === 0 && <EmptyState title={t('knowledge.no_uses')} />}
      <ul className="needs-lines">
        {rows.map((row) => (
          <li key={`${row.appealId} ${row.at}`}>
            <Link to={`/appeals/${row.appealId}`}>
              <span className="tz-caption tz-mono">{row.no}</span> {row.title}
            </Link>
            <span className="tz-second">
              {row.by} · <When at={row.at} />
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

function Edit({ article }: { readonly article: Article }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  type Input = Parameters<typeof api.knowledge.change.call>[0]
  const command = useCommand({
    run: api.knowledge.change.call,
    invalidate: [api.knowledge.key()],
    success: t('saved'),
  })
  const { question, answer, category, basis, basisUrl, ownerId, validTo } = article
  return (
    <FormBox<Values, Input, { id: string; rev: number }>
      draft={`needs.knowledge.${article.id}`}
      initial={{ question, answer, category, basis, basisUrl, ownerId, validTo }}
      command={command}
      toInput={(values): Content<Input> => ({
        ...fieldsOf(values),
        id: article.id,
        rev: article.rev,
        why: values.why ?? '',
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <ArticleFields changing />
    </FormBox>
  )
}
