import { useQuery } from '@tanstack/react-query'
import {
  DateField,
  EmptyState,
  FormDrawer,
  holdsRole,
  OpenFormButton,
  Page,
  Panel,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  toProblem,
  useMe,
  useText,
  VerbButton,
  When,
  zoneToday,
} from '@tingzhou/ui'
import { Select } from 'antd'
import { Link, useSearchParams } from 'react-router'
import { Amount, Balance } from './amount.tsx'
import { api, closerRoles, nameOf, type Book, type Trial } from './api.ts'
import { CloseForm } from './close-form.tsx'
import './ledger.css'

/** A book at the end of a day: whether it closes, what its codes came to, which periods are closed. */
export function BookPage() {
  const t = useText('ledger')
  const me = useMe()
  const [query, setQuery] = useSearchParams()
  const { data, error, isPending, refetch } = useQuery(api.books.queryOptions())
  const books = data?.rows ?? []
  const book = books.find(({ key }) => key === query.get('book')) ?? books[0]
  const asked = query.get('day')
  const day = asked !== null && /^\d{4}-\d{2}-\d{2}$/.test(asked) ? asked : zoneToday()
  const change = (key: string, value: string | null) =>
    setQuery((now) => {
      const next = new URLSearchParams(now)
      if (value === null) next.delete(key)
      else next.set(key, value)
      return next
    })
  return (
    <Page
      title={t('books.title')}
      verbs={<VerbButton href={`/ledger-accounts${book ? `?book=${book.key}` : ''}`}>{t('nav.accounts')}</VerbButton>}
      {...(book
        ? {
            primary: (
              <OpenFormButton name="close" primary reason={holdsRole(me, closerRoles) ? null : t('reason.not_closer')}>
                {t('verb.close')}
              </OpenFormButton>
            ),
          }
        : {})}
    >
      {error && <ProblemAlert problem={toProblem(error)} onRetry={() => void refetch()} />}
      {isPending && <SkeletonLines lines={6} />}
      {data && !book && <EmptyState title={t('books.empty')} text={t('books.empty_text')} />}
      {book && (
        <>
          <div className="tz-ledger-bar">
            <label htmlFor="ledger-book">{t('field.book')}</label>
            <Select
              id="ledger-book"
              className="tz-ledger-book"
              value={book.key}
              options={books.map(({ key, name }) => ({ value: key, label: nameOf(name) }))}
              onChange={(key: string) => change('book', key)}
            />
            <label htmlFor="ledger-day">{t('field.at_end_of')}</label>
            <DateField id="ledger-day" value={day} onChange={(value) => change('day', value)} />
            <span className="tz-second">
              {book.closedUntil === null ? t('books.open') : t('books.closed', { day: book.closedUntil })}
            </span>
          </div>
          <TrialPanels book={book} day={day} />
          <Periods book={book} />
          <FormDrawer name="close" title={t('close.title', { book: nameOf(book.name) })}>
            <CloseForm book={book} />
          </FormDrawer>
        </>
      )}
    </Page>
  )
}

function TrialPanels({ book, day }: { readonly book: Book; readonly day: string }) {
  const t = useText('ledger')
  const { data, error, isPending, refetch } = useQuery(
    api.trialBalance.queryOptions({ input: { book: book.key, day } }),
  )
  if (error) return <ProblemAlert problem={toProblem(error)} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonLines lines={6} />
  if (data.rows.length === 0) return <EmptyState title={t('trial.empty')} text={t('trial.empty_text')} />
  return (
    <>
      <Panel title={t('trial.totals')} className="tz-ledger-totals">
        <PlainTable
          name={t('trial.totals')}
          head={[t('field.unit'), t('field.debits'), t('field.credits'), t('field.difference')]}
          rows={data.totals.map(({ unit, debits, credits, difference }) => ({
            key: unit,
            cells: [
              t(`unit.${unit}`),
              <Amount key="debits" value={debits} unit={unit} />,
              <Amount key="credits" value={credits} unit={unit} />,
              difference === 0 ? (
                <StateTag key="difference" tone="good">
                  {t('trial.closes')}
                </StateTag>
              ) : (
                <StateTag key="difference" tone="bad">
                  {t('trial.differs')} <Amount value={difference} unit={unit} />
                </StateTag>
              ),
            ],
          }))}
          empty=""
        />
      </Panel>
      <TrialTable trial={data} />
    </>
  )
}

function TrialTable({ trial }: { readonly trial: Trial }) {
  const t = useText('ledger')
  return (
    <Panel title={t('trial.title', { day: trial.day })} className="tz-ledger-trial">
      <PlainTable
        name={t('trial.title', { day: trial.day })}
        head={[
          t('field.code'),
          t('field.unit'),
          t('field.accounts'),
          t('field.debits'),
          t('field.credits'),
          t('field.balance'),
        ]}
        rows={trial.rows.map((row) => ({
          key: `${row.unit} ${row.code} ${row.side}`,
          cells: [
            <span key="code">
              <Link to={`/ledger-accounts?book=${trial.book}&unit=${row.unit}&q=${row.code}`}>{nameOf(row.name)}</Link>{' '}
              <span className="tz-caption tz-mono">{row.code}</span>
            </span>,
            t(`unit.${row.unit}`),
            <span key="accounts" className="tz-number">
              {row.accounts}
            </span>,
            <Amount key="debits" value={row.debits} unit={row.unit} />,
            <Amount key="credits" value={row.credits} unit={row.unit} />,
            <Balance key="balance" value={row.balance} unit={row.unit} side={row.side} />,
          ],
        }))}
        empty=""
      />
    </Panel>
  )
}

/** The last periods that were closed. */
function Periods({ book }: { readonly book: Book }) {
  const t = useText('ledger')
  const { data, error, refetch } = useQuery(api.periods.queryOptions({ input: { book: book.key, limit: 24 } }))
  return (
    <Panel title={t('periods.title')}>
      {error && <ProblemAlert problem={toProblem(error)} onRetry={() => void refetch()} />}
      {data && (
        <PlainTable
          name={t('periods.title')}
          head={[t('field.until'), t('field.transfers'), t('field.actor'), t('field.at'), t('field.seal')]}
          rows={data.rows.map((row) => ({
            key: row.until,
            cells: [
              row.until,
              row.transfers,
              row.actor,
              <When key="at" at={row.at} />,
              <span key="seal" className="tz-mono" title={row.sha256}>
                {row.sha256.slice(0, 12)}
              </span>,
            ],
          }))}
          empty={t('periods.empty')}
        />
      )}
    </Panel>
  )
}
