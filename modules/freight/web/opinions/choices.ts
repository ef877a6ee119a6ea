import { useQuery } from '@tanstack/react-query'
import { i18n } from '@tingzhou/ui'
import { api } from '../api.ts'

type Named = { readonly code: string; readonly zh: string; readonly en: string }

/** What ratings and complaints choose from, and how a code is called in the reader's language. */
export function useChoices() {
  const { data } = useQuery({ ...api.ratings.choices.queryOptions({ input: {} }), staleTime: Infinity })
  const nameOf = (list: readonly Named[], code: string): string => {
    const found = list.find((one) => one.code === code)
    if (!found) return code
    return i18n.language === 'en' ? found.en : found.zh
  }
  const options = (list: readonly Named[]) => list.map(({ code }) => ({ value: code, label: nameOf(list, code) }))
  const tags = data?.tags ?? { shipper: [], carrier: [] }
  const kinds = data?.kinds ?? []
  return {
    kinds,
    tagOptions: (side: 'shipper' | 'carrier') => options(tags[side]),
    kindOptions: options(kinds),
    tag: (side: 'shipper' | 'carrier', code: string) => nameOf(tags[side], code),
    kind: (code: string) => nameOf(kinds, code),
  }
}
