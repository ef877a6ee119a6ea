import { useQuery } from '@tanstack/react-query'
import { usePreferences } from '@tingzhou/ui'
import { api, registry } from './api.ts'

const rarelyMs = 5 * 60_000

export type Category = {
  readonly code: string
  readonly parent: string | null
  readonly name: string
  readonly retired: boolean
}

/** The taxonomy in the reader's language. */
export function useCategories() {
  const { lang } = usePreferences()
  const { data } = useQuery({ ...api.appeals.categories.queryOptions(), staleTime: rarelyMs })
  const all: readonly Category[] = (data ?? []).map(({ code, parent, nameZh, nameEn, retired }) => ({
    code,
    parent,
    retired,
    name: lang === 'zh-CN' ? nameZh : nameEn,
  }))
  const names = new Map(all.map(({ code, name }) => [code, name]))
  return {
    all,
    nameOf: (code: string | null): string => (code === null ? '–' : (names.get(code) ?? code)),
    /** `0402 name`, the way officers say it. */
    labelOf: (code: string | null): string => (code === null ? '–' : `${code} ${names.get(code) ?? ''}`.trim()),
    groups: all
      .filter(({ code, retired }) => code.length === 2 && !retired)
      .map((group) => ({
        code: group.code,
        name: group.name,
        children: all.filter(({ parent, retired }) => parent === group.code && !retired),
      })),
  }
}

export function useDepartments() {
  const { data } = useQuery({
    ...registry.departments.list.queryOptions({ input: { state: 'open' } }),
    staleTime: rarelyMs,
  })
  return data?.rows ?? []
}

export function useAreas() {
  const { data } = useQuery({ ...registry.areas.list.queryOptions({ input: { state: 'open' } }), staleTime: rarelyMs })
  return data?.rows ?? []
}

/** Enterprises by name, initials or number, as choices. */
export async function findEnterprises(text: string, signal: AbortSignal) {
  const page = await registry.enterprises.list.call({ limit: 20, ...(text ? { q: text } : {}) }, { signal })
  return page.rows.map(({ id, name }) => ({ value: id, label: name }))
}

export async function nameOfEnterprise(id: string): Promise<string> {
  return (await registry.enterprises.get.call({ id })).name
}

/** Open appeals by number or words, as choices. */
export async function findOpenAppeals(text: string, signal: AbortSignal) {
  const page = await api.appeals.list.call({ open: true, limit: 20, ...(text ? { q: text } : {}) }, { signal })
  return page.rows.map(({ id, no, title }) => ({ value: id, label: `${no ?? ''} ${title}`.trim() }))
}
