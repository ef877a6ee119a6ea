import { DownloadOutlined } from '@ant-design/icons'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import {
  ObjectPage,
  Panel,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  toProblem,
  useText,
  VerbButton,
  When,
  zoneToday,
} from '@tingzhou/ui'
import { Button, DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useParams, useSearchParams } from 'react-router'
import { Amount, Balance, EndText, useKindText } from './amount.tsx'
import { api, nameOf, type Account, type Statement } from './api.ts'
import { JournalDrawer, JournalLink } from './journal-drawer.tsx'
import './ledger.css'

/** One account: what it comes to, and its statement over some days. */
export function AccountPage() {
  const t = useText('ledger')
  const { id = '' } = useParams()
  const query = useQuery(api.account.queryOptions({ input: { id } }))
  const account = query.data
  return (
    <>
      <ObjectPage
        title={account ? nameOf(account.name) : t('accounts.one')}
        {...(account
          ? {
              id: account.code,
              state: (
                <StateTag tone={account.closedAt === null ? 'good' : 'plain'}>
                  {t(account.closedAt === null ? 'state.open' : 'state.closed')}
                </StateTag>
              ),
              facts: factsOf(account, t),
            }
          : {})}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      >
        {account && <StatementPanel account={account} />}
      </ObjectPage>
      <JournalDrawer />
    </>
  )
}

function factsOf(account: Account, t: ReturnType<typeof useText>) {
  const { unit, side, balance, available, pendingIn, pendingOut, least } = account
  return [
    { label: t('field.balance'), value: <Balance value={balance} unit={unit} side={side} /> },
    { label: t('field.available'), value: <Balance value={available} unit={unit} side={side} /> },
    { label: t('field.pending_in'), value: <Amount value={pendingIn} unit={unit} /> },
    { label: t('field.pending_out'), value: <Amount value={pendingOut} unit={unit} /> },
    { label: t('field.least'), value: least === null ? t('least.none') : <Amount value={least} unit={unit} /> },
    { label: t('field.unit'), value: t(`unit.${unit}`) },
    { label: t('field.side'), value: t(`side.${side}`) },
    { label: t('field.book'), value: nameOf(account.bookName) },
    { label: t('field.party'), value: account.party ? (account.party.name ?? account.party.id) : '–' },
    { label: t('field.subject'), value: account.subject ? `${account.subject.kind} ${account.subject.id}` : '–' },
    { label: t('field.opened'), value: <When at={account.openedAt} /> },
  ]
}

/** The days of the statement and where its page begins, in the address. */
function useSpan() {
  const [query, setQuery] = useSearchParams()
  const day = (key: string, otherwise: string) => {
    const text = query.get(key)
    return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : otherwise
  }
  const until = day('until', zoneToday())
  const from = day('from', `${until.slice(0, 7)}-01`)
  const cursor = query.get('after')
  const change = (changes: Readonly<Record<string, string | null>>) =>
    setQuery((now) => {
      const next = new URLSearchParams(now)
      for (const [key, value] of Object.entries({ after: null, ...changes }))
        if (value === null) next.delete(key)
        else next.set(key, value)
      return next
    })
  return { from, until, cursor, change }
}

function StatementPanel({ account }: { readonly account: Account }) {
  const t = useText('ledger')
  const { from, until, cursor, change } = useSpan()
  const input = { id: account.id, from, until, ...(cursor === null ? {} : { cursor }) }
  const { data, error, isPending, refetch } = useQuery({
    ...api.entries.queryOptions({ input }),
    placeholderData: keepPreviousData,
  })
  return (
    <Panel
      title={t('statement.title')}
      className="tz-ledger-statement"
      aside={
        <Button
          icon={<DownloadOutlined />}
          href={`/api/v1/ledger-accounts/${account.id}/entries/export.xlsx?from=${from}&until=${until}`}
          download
        >
          {t('verb.export')}
        </Button>
      }
    >
      <div className="tz-ledger-bar">
        <DatePicker.RangePicker
          aria-label={t('field.days')}
          allowClear={false}
          value={[dayjs(from), dayjs(until)]}
          onChange={(days) => {
            const [first, last] = days ?? []
            if (first && last) change({ from: first.format('YYYY-MM-DD'), until: last.format('YYYY-MM-DD') })
          }}
        />
      </div>
      {error && <ProblemAlert problem={toProblem(error)} onRetry={() => void refetch()} />}
      {isPending && <SkeletonLines lines={6} />}
      {data && <Rows account={account} statement={data} isFirst={cursor === null} />}
      {data && (data.next !== null || cursor !== null) && (
        <nav className="tz-pages" aria-label={t('statement.pages')}>
          <VerbButton size="small" reason={cursor === null ? t('reason.first_page') : null} onClick={() => change({})}>
            {t('verb.first_page')}
          </VerbButton>
          <VerbButton
            size="small"
            reason={data.next === null ? t('reason.last_page') : null}
            onClick={() => change({ after: data.next })}
          >
            {t('verb.next_page')}
          </VerbButton>
        </nav>
      )}
    </Panel>
  )
}

function Rows(props: { readonly account: Account; readonly statement: Statement; readonly isFirst: boolean }) {
  const t = useText('ledger')
  const kindText = useKindText()
  const { account, statement } = props
  const { unit, side } = account
  const { rows, opening, closing, from, until, next } = statement
  const balance = (value: number) => <Balance value={value} unit={unit} side={side} />
  const word = (text: string) => <strong>{text}</strong>
  const line = (key: string, day: string, text: string, value: number) => ({
    key,
    cells: [day, word(text), '', '', '', balance(value)],
  })
  return (
    <>
      <PlainTable
        name={t('statement.title')}
        head={[
          t('field.day'),
          t('field.journal'),
          t('field.other'),
          t('side.debit'),
          t('side.credit'),
          t('field.balance'),
        ]}
        rows={[
          line('opening', from, t(props.isFirst ? 'statement.opening' : 'statement.carried'), opening),
          ...rows.map((row) => ({
            key: String(row.seq),
            cells: [
              row.day,
              <JournalLink key="journal" id={row.journalId}>
                {[kindText(row.kind), row.reason].filter(Boolean).join(' · ')}
              </JournalLink>,
              <EndText key="other" end={row.other} />,
              row.side === 'debit' ? <Amount key="debit" value={row.amount} unit={unit} /> : '',
              row.side === 'credit' ? <Amount key="credit" value={row.amount} unit={unit} /> : '',
              balance(row.after),
            ],
          })),
          ...(next === null ? [line('closing', until, t('statement.closing'), closing)] : []),
        ]}
        empty=""
      />
      {rows.length === 0 && <p className="tz-second">{t('statement.empty')}</p>}
    </>
  )
}
