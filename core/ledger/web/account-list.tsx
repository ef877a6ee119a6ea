import { useQuery } from '@tanstack/react-query'
import { ListPage, useText, type ListColumn, type ListFilter } from '@tingzhou/ui'
import type * as z from 'zod'
import { AccountQuery } from '../contract.ts'
import { unitCodes } from '../unit.ts'
import { Amount, Balance } from './amount.tsx'
import { api, nameOf, usePlaces, type Account } from './api.ts'
import './ledger.css'

const source = {
  key: api.accounts.key(),
  load: (input: z.input<typeof AccountQuery>, signal: AbortSignal) => api.accounts.call(input, { signal }),
}

/** Accounts by book and code, with what they come to. */
export function AccountList() {
  const t = useText('ledger')
  const places = usePlaces()
  const books = useQuery(api.books.queryOptions())
  const filters: readonly ListFilter[] = [
    {
      kind: 'choice',
      key: 'book',
      label: t('field.book'),
      options: (books.data?.rows ?? []).map(({ key, name }) => ({ value: key, label: nameOf(name) })),
    },
    {
      kind: 'choice',
      key: 'unit',
      label: t('field.unit'),
      options: unitCodes.map((value) => ({ value, label: t(`unit.${value}`) })),
    },
    {
      kind: 'choice',
      key: 'show',
      label: t('field.show'),
      options: (['nonzero', 'all'] as const).map((value) => ({ value, label: t(`show.${value}`) })),
    },
  ]
  return (
    <ListPage<Account, typeof AccountQuery>
      name="ledger.accounts"
      title={t('accounts.title')}
      schema={AccountQuery}
      source={source}
      rowKey={(row) => row.id}
      rowHref={(row) => places.account(row.id)}
      columns={useColumns()}
      filters={filters}
      views={[{ key: 'nonzero', label: t('show.nonzero'), params: { show: 'nonzero' } }]}
      searchHint={t('accounts.search')}
      empty={{ nothing: t('accounts.empty') }}
    />
  )
}

function useColumns(): readonly ListColumn<Account>[] {
  const t = useText('ledger')
  return [
    {
      key: 'name',
      title: t('field.account'),
      card: 'title',
      render: ({ name, party }) => (party?.name ? `${nameOf(name)} · ${party.name}` : nameOf(name)),
    },
    { key: 'code', title: t('field.code'), render: ({ code }) => <span className="tz-mono">{code}</span> },
    { key: 'book', title: t('field.book'), card: 'decides', render: ({ bookName }) => nameOf(bookName) },
    {
      key: 'subject',
      title: t('field.subject'),
      hidden: true,
      render: ({ subject }) => (subject ? `${subject.kind} ${subject.id}` : '–'),
    },
    { key: 'side', title: t('field.side'), render: ({ side }) => t(`side.${side}`) },
    {
      key: 'balance',
      title: t('field.balance'),
      align: 'right',
      card: 'decides',
      render: ({ balance, unit, side }) => <Balance value={balance} unit={unit} side={side} />,
    },
    {
      key: 'pendingIn',
      title: t('field.pending_in'),
      align: 'right',
      hidden: true,
      render: ({ pendingIn, unit }) => <Amount value={pendingIn} unit={unit} />,
    },
    {
      key: 'pendingOut',
      title: t('field.pending_out'),
      align: 'right',
      render: ({ pendingOut, unit }) => <Amount value={pendingOut} unit={unit} />,
    },
    {
      key: 'available',
      title: t('field.available'),
      align: 'right',
      render: ({ available, unit, side }) => <Balance value={available} unit={unit} side={side} />,
    },
    { key: 'unit', title: t('field.unit'), card: 'decides', render: ({ unit }) => t(`unit.${unit}`) },
  ]
}
