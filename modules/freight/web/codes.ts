import { useQuery } from '@tanstack/react-query'
import { i18n } from '@tingzhou/ui'
import type { CodeTable } from '../words.ts'
import { api } from './api.ts'

/** A table of codes, kept as long as the screen lives: it changes with the product only. */
export function useCodes(table: CodeTable) {
  const { data } = useQuery({
    ...api.codes.table.queryOptions({ input: { table } }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const nameOf = ({ zh, en }: { readonly zh: string; readonly en: string | null }) =>
    i18n.language === 'en' ? (en ?? zh) : zh
  const rows = data?.rows ?? []
  return {
    options: rows.map((row) => ({ value: row.code, label: `${row.code} ${nameOf(row)}` })),
    name: (code: string) => {
      const row = rows.find((one) => one.code === code)
      return row ? nameOf(row) : code
    },
  }
}
