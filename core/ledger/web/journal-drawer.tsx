import { useQuery } from '@tanstack/react-query'
import {
  CopyId,
  FactList,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  toProblem,
  useNarrow,
  useText,
  When,
} from '@tingzhou/ui'
import { Drawer } from 'antd'
import type { ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import { Amount, EndText, useKindText } from './amount.tsx'
import { api, nameOf, type Journal } from './api.ts'
import './ledger.css'

const name = 'journal'

/** The address of this page with a journal beside it, or without one. */
function useJournal() {
  const [query, setQuery] = useSearchParams()
  const beside = (id: string | null) => {
    const next = new URLSearchParams(query)
    if (id === null) next.delete(name)
    else next.set(name, id)
    return next
  }
  const hrefOf = (id: string) => `?${beside(id).toString()}`
  return { id: query.get(name), hrefOf, close: () => setQuery(beside(null)) }
}

/** Opens a journal beside the page. */
export function JournalLink({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return <Link to={useJournal().hrefOf(id)}>{children}</Link>
}

/** The journal that the address names. */
export function JournalDrawer() {
  const t = useText('ledger')
  const narrow = useNarrow()
  const { id, close } = useJournal()
  return (
    <Drawer open={id !== null} onClose={close} title={t('journal.title')} size={narrow ? '100%' : 960} destroyOnHidden>
      {id !== null && <Shown id={id} />}
    </Drawer>
  )
}

function Shown({ id }: { readonly id: string }) {
  const { data, error, isPending, refetch } = useQuery(api.journal.queryOptions({ input: { id } }))
  if (isPending) return <SkeletonLines lines={6} />
  if (error) return <ProblemAlert problem={toProblem(error)} onRetry={() => void refetch()} />
  return <Content journal={data} />
}

function Content({ journal }: { readonly journal: Journal }) {
  const t = useText('ledger')
  const kindText = useKindText()
  const { day, at, kind, source, reason, actor, lines, bookName } = journal
  return (
    <div className="tz-ledger-journal">
      <FactList
        facts={[
          { label: t('field.journal'), value: kindText(kind) },
          { label: t('field.day'), value: day },
          { label: t('field.book'), value: nameOf(bookName) },
          { label: t('field.reason'), value: reason },
          { label: t('field.source'), value: source ? `${source.kind} ${source.id}` : '–' },
          { label: t('field.actor'), value: actor },
          { label: t('field.at'), value: <When at={at} /> },
          { label: t('field.id'), value: <CopyId value={journal.id} short /> },
        ]}
      />
      <PlainTable
        name={t('journal.lines')}
        head={[t('side.debit'), t('side.credit'), t('field.amount'), t('field.state')]}
        rows={lines.map((line) => ({
          key: String(line.line),
          cells: [
            <EndText key="debit" end={line.debit} />,
            <EndText key="credit" end={line.credit} />,
            <span key="amount">
              <Amount value={line.amount} unit={line.unit} />{' '}
              <span className="tz-caption">{t(`unit.${line.unit}`)}</span>
            </span>,
            <Became key="state" line={line} />,
          ],
        }))}
        empty={t('journal.empty')}
      />
    </div>
  )
}

/** What a line did, and what became of it when it was set aside. */
function Became({ line }: { readonly line: Journal['lines'][number] }) {
  const t = useText('ledger')
  const { kind, became, of, unit, expiresAt } = line
  if (kind === 'pending' && became)
    return (
      <span>
        {t(`became.${became.kind}`)} <Amount value={became.amount} unit={unit} />{' '}
        <JournalLink id={became.journalId}>{t('journal.where')}</JournalLink>
      </span>
    )
  return (
    <span>
      <StateTag tone={kind === 'pending' ? 'attention' : kind === 'posted' || kind === 'settled' ? 'good' : 'plain'}>
        {t(`kind.${kind}`)}
      </StateTag>
      {kind === 'pending' && expiresAt !== null && (
        <>
          {' '}
          <span className="tz-caption">{t('journal.until')}</span> <When at={expiresAt} />
        </>
      )}
      {of && (
        <>
          {' '}
          <JournalLink id={of.journalId}>{t('journal.of')}</JournalLink>
        </>
      )}
    </span>
  )
}
