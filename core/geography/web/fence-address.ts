import { useSearchParams } from 'react-router'

/** What the address says of fences: which one is chosen, which is being drawn (`new` or its id). */
export function useFenceAddress() {
  const [query, setQuery] = useSearchParams()
  const set = (given: { readonly fence?: string | null; readonly draw?: string | null; readonly panel?: string }) =>
    setQuery((now) => {
      const next = new URLSearchParams(now)
      for (const [name, value] of Object.entries(given))
        if (value === null) next.delete(name)
        else next.set(name, value)
      return next
    })
  return { fence: query.get('fence'), draw: query.get('draw'), set }
}
