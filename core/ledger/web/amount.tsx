import { formatAmount, useText } from '@tingzhou/ui'
import { Link } from 'react-router'
import { scaleOf } from '../unit.ts'
import { nameOf, usePlaces, type End } from './api.ts'

/** An amount with the digits of its unit. */
export function Amount({ value, unit }: { readonly value: number; readonly unit: string }) {
  return <span className="tz-number">{formatAmount(value, scaleOf(unit))}</span>
}

/** What an account came to; on the other side than its own it is negative, and says so in words. */
export function Balance(props: { readonly value: number; readonly unit: string; readonly side: 'debit' | 'credit' }) {
  const t = useText('ledger')
  return (
    <span className="tz-ledger-balance">
      <Amount value={props.value} unit={props.unit} />
      {props.value < 0 && (
        <span className="tz-caption"> {t(props.side === 'debit' ? 'balance.credit' : 'balance.debit')}</span>
      )}
    </span>
  )
}

/** The account at an end of a transfer; its code only where it is not the reader's to see. */
export function EndText({ end }: { readonly end: End }) {
  const places = usePlaces()
  if (end.id === null || end.name === null) return <span className="tz-mono">{end.code}</span>
  return (
    <span>
      <Link to={places.account(end.id)}>{nameOf(end.name)}</Link>
      {end.party !== null && <span className="tz-second"> {end.party}</span>}{' '}
      <span className="tz-caption tz-mono">{end.code}</span>
    </span>
  )
}

/** The word for a kind of journal where there is one; modules name their own kinds. */
export function useKindText(): (kind: string) => string {
  const t = useText('ledger')
  return (kind) => t(`journal_kind.${kind}`, { defaultValue: kind })
}
