import { useQuery } from '@tanstack/react-query'
import type { FormInstance } from 'antd'
import { formatNumber, ProblemAlert, SkeletonLines, useCommand, useLate, useText, VerbButton } from '@tingzhou/ui'
import { Link, useSearchParams } from 'react-router'
import type { MoveName } from '../appeal-contract.ts'
import { api, makeMove } from './api.ts'
import { useCategories } from './catalogue.ts'
import { withMove } from './move-address.ts'
import type { Values } from './move-forms.tsx'
import { reasonText } from './move-verbs.tsx'
import { AppealStateTag } from './tags.tsx'
import type { Detail } from './words.ts'

type Suggestions = Awaited<ReturnType<typeof api.appeals.suggestions.call>>
type HelperProps = { readonly appeal: Detail; readonly form: FormInstance<Values>; readonly move: MoveName }

/** What the machine proposes beside the form, each with its reason; a person confirms. */
export function MoveHelpers({ appeal, form, move }: HelperProps) {
  const t = useText('needs')
  const query = useQuery({ ...api.appeals.suggestions.queryOptions({ input: { id: appeal.id } }), staleTime: 60_000 })
  const late = useLate(query.isPending)
  if (query.isPending) return <aside className="needs-helpers">{late && <SkeletonLines lines={8} />}</aside>
  if (!query.data)
    return (
      <aside className="needs-helpers">
        <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
      </aside>
    )
  const parts = { appeal, form, move, found: query.data }
  return (
    <aside className="needs-helpers" aria-label={t('suggest.title')}>
      {move === 'dispatch' && <RouteHelp {...parts} />}
      {(move === 'dispatch' || move === 'classify') && <CategoryHelp {...parts} />}
      {(move === 'dispatch' || move === 'merge') && <DuplicateHelp {...parts} />}
      {(move === 'dispatch' || move === 'answer') && <ArticleHelp {...parts} />}
    </aside>
  )
}

type PartProps = HelperProps & { readonly found: Suggestions }

/** Who would get it by the published table, which rule says so, and why. */
function RouteHelp({ form, found }: PartProps) {
  const t = useText('needs')
  const { routing } = found
  const adopt = () => {
    if (!routing?.owner) return
    form.setFieldsValue({
      ownerId: routing.owner.id,
      assistantIds: routing.assistants.map(({ id }) => id),
      ...(routing.class ? { class: routing.class } : {}),
      ruleNumber: routing.ruleNumber,
      ruleVersion: routing.ruleVersion,
    })
  }
  return (
    <section className="needs-help">
      <h3>{t('suggest.route')}</h3>
      {!routing?.owner && <p className="tz-second">{routing?.why || t('suggest.no_route')}</p>}
      {routing?.owner && (
        <>
          <p className="needs-help-line">
            <strong>{routing.owner.name}</strong>
            <VerbButton size="small" onClick={adopt}>
              {t('suggest.adopt')}
            </VerbButton>
          </p>
          {routing.assistants.length > 0 && (
            <p className="tz-flush">
              {t('suggest.assistants', { names: routing.assistants.map(({ name }) => name).join(t('list_comma')) })}
            </p>
          )}
          {routing.watchers.length > 0 && (
            <p className="tz-flush">
              {t('suggest.watchers', { names: routing.watchers.map(({ name }) => name).join(t('list_comma')) })}
            </p>
          )}
          <p className="tz-caption tz-flush">{routing.why}</p>
          {routing.ruleNumber !== null && (
            <Link className="tz-caption" to={`/routing/${routing.ruleVersion ?? ''}#rule-${routing.ruleNumber}`}>
              {t('suggest.see_rule', { number: routing.ruleNumber })}
            </Link>
          )}
        </>
      )}
    </section>
  )
}

/** The three likeliest categories with the share of agreement and what it was counted over. */
function CategoryHelp({ appeal, form, move, found }: PartProps) {
  const t = useText('needs')
  const { labelOf } = useCategories()
  const classify = useCommand({ run: makeMove, invalidate: [api.appeals.key()], success: t('done.classify') })
  const { nature, class: urgency, area, sensitive, rev, id } = appeal
  const take = (category: string) => {
    if (move === 'classify') {
      form.setFieldsValue({ category })
      return
    }
    const areaId = area?.id ?? null
    void classify.run({
      id,
      move: { move: 'classify', rev, category, nature, class: urgency, areaId, sensitive, reason: '' },
    })
  }
  const offer = appeal.moves.find((entry) => entry.move === 'classify')
  const refused = move === 'classify' || offer?.allowed ? null : offer ? reasonText(t, offer) : t('reason.not_now')
  return (
    <section className="needs-help">
      <h3>{t('suggest.category')}</h3>
      {move === 'dispatch' && <p className="tz-flush">{t('suggest.now', { category: labelOf(appeal.category) })}</p>}
      {found.categories.length === 0 && <p className="tz-second">{t('suggest.no_category')}</p>}
      <ul className="needs-lines">
        {found.categories.map(({ code, share, basis }) => (
          <li key={code}>
            <span>
              {labelOf(code)}{' '}
              <span className="tz-caption">
                {basis === 0
                  ? t('suggest.by_words')
                  : t('suggest.share', { pct: formatNumber(share * 100, 0), basis: formatNumber(basis) })}
              </span>
            </span>
            {code === appeal.category ? (
              <span className="tz-caption">{t('suggest.same')}</span>
            ) : (
              <VerbButton size="small" loading={classify.pending} reason={refused} onClick={() => take(code)}>
                {t('suggest.adopt')}
              </VerbButton>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Open appeals on what may be the same matter. */
function DuplicateHelp({ appeal, form, move, found }: PartProps) {
  const t = useText('needs')
  const [, setQuery] = useSearchParams()
  const offer = appeal.moves.find((entry) => entry.move === 'merge')
  const refused = offer?.allowed ? null : offer ? reasonText(t, offer) : t('reason.not_now')
  const merge = (leaderId: string) => {
    if (move === 'merge') form.setFieldsValue({ leaderId })
    else setQuery((now) => withMove(now, { do: 'merge', leaderId }))
  }
  return (
    <section className="needs-help">
      <h3>{t('suggest.duplicates')}</h3>
      {found.duplicates.length === 0 && <p className="tz-second">{t('suggest.no_duplicates')}</p>}
      <ul className="needs-lines">
        {found.duplicates.map((row) => (
          <li key={row.id}>
            <span>
              <Link to={`/appeals/${row.id}`} target="_blank">
                <span className="tz-caption tz-mono">{row.no}</span> {row.title}
              </Link>
              <span className="needs-help-line tz-caption">
                <AppealStateTag state={row.state} />
                {t('suggest.likeness', { pct: formatNumber(row.score * 100, 0) })}
                {row.sameEnterprise && ` · ${t('suggest.same_enterprise')}`}
                {row.sameCategory && ` · ${t('suggest.same_category')}`}
              </span>
            </span>
            <VerbButton size="small" reason={refused} onClick={() => merge(row.id)}>
              {t('suggest.merge')}
            </VerbButton>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Knowledge articles that answer it without a department. */
function ArticleHelp({ appeal, form, move, found }: PartProps) {
  const t = useText('needs')
  const [, setQuery] = useSearchParams()
  const offer = appeal.moves.find((entry) => entry.move === 'answer')
  const refused = offer?.allowed ? null : offer ? reasonText(t, offer) : t('reason.not_now')
  const cite = async (articleId: string) => {
    if (move !== 'answer') {
      setQuery((now) => withMove(now, { do: 'answer', articleId }))
      return
    }
    const article = await api.knowledge.get.call({ id: articleId })
    form.setFieldsValue({ articleId, text: form.getFieldValue('text') || article.answer })
  }
  return (
    <section className="needs-help">
      <h3>{t('suggest.articles')}</h3>
      {found.articles.length === 0 && <p className="tz-second">{t('suggest.no_articles')}</p>}
      <ul className="needs-lines">
        {found.articles.map(({ id, question }) => (
          <li key={id}>
            <Link to={`/knowledge/${id}`} target="_blank">
              {question}
            </Link>
            <VerbButton size="small" reason={refused} onClick={() => void cite(id)}>
              {t('suggest.cite')}
            </VerbButton>
          </li>
        ))}
      </ul>
    </section>
  )
}
