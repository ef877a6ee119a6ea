import { useSearchParams } from 'react-router'

/** What the address says is looked at. */
export function usePlantPlace() {
  const [query, setQuery] = useSearchParams()
  const set = (name: 'node' | 'type' | 'tab', value: string | null) =>
    setQuery((now) => {
      const next = new URLSearchParams(now)
      if (value === null) next.delete(name)
      else next.set(name, value)
      next.delete('do')
      next.delete('item')
      return next
    })
  return { node: query.get('node'), type: query.get('type'), tab: query.get('tab'), set }
}
