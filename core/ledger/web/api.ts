import { createApi, serverLang } from '@tingzhou/ui'
import { useLocation } from 'react-router'
import { ledgerContract } from '../contract.ts'

/** Books, accounts and journals over HTTP. */
export const api = createApi(ledgerContract, 'ledger')

/** A name in the reader's language. */
export const nameOf = (name: { readonly zh: string; readonly en: string }): string =>
  serverLang() === 'zh-CN' ? name.zh : name.en

export type Account = Awaited<ReturnType<typeof api.account.call>>
export type Book = Awaited<ReturnType<typeof api.books.call>>['rows'][number]
export type Journal = Awaited<ReturnType<typeof api.journal.call>>
export type Statement = Awaited<ReturnType<typeof api.entries.call>>
export type Trial = Awaited<ReturnType<typeof api.trialBalance.call>>
export type End = Statement['rows'][number]['other']

/** Who sees whole books. */
export const bookRoles = ['admin', 'finance', 'auditor'] as const
/** Who closes a period. */
export const closerRoles = ['admin', 'finance'] as const

/** The addresses of accounts on the surface that the reader is on: enterprises read them at the counter. */
export function usePlaces() {
  const accounts = useLocation().pathname.startsWith('/counter') ? '/counter/ledger-accounts' : '/ledger-accounts'
  return { accounts, account: (id: string) => `${accounts}/${id}` }
}
