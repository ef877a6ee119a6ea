import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import type { Choice } from '@tingzhou/ui'
import { useDeferredValue, useState } from 'react'

/** A choice from more rows than a list can hold: typed words are asked of the server. Inside a form. */
export function SearchSelect(props: {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (value: string | null) => void
  /** What it searches, and among what: the key under which answers are kept. */
  readonly among: readonly string[]
  readonly find: (q: string, signal: AbortSignal) => Promise<readonly Choice[]>
  /** The label of a value that was not found just now. */
  readonly nameOf?: (value: string) => Promise<string>
  readonly placeholder?: string
  readonly empty: string
  readonly required?: boolean
}) {
  const { id, value, among, find, nameOf, placeholder, empty, required = false } = props
  const [words, setWords] = useState('')
  const q = useDeferredValue(words.trim())
  const found = useQuery({
    queryKey: ['freight', 'pick', ...among, q],
    queryFn: ({ signal }) => find(q, signal),
    placeholderData: keepPreviousData,
  })
  const rows = found.data ?? []
  const isKnown = !value || rows.some((row) => row.value === value)
  const named = useQuery({
    queryKey: ['freight', 'picked', ...among, value],
    queryFn: () => nameOf?.(value ?? '') ?? Promise.resolve(value ?? ''),
    enabled: !isKnown && nameOf !== undefined,
  })
  // Never the id: a name that is not known yet, or is out of reach, is a dash.
  const chosen = isKnown ? [] : [{ value: value ?? '', label: named.data ?? '–' }]
  return (
    <Select<string | null>
      {...(id === undefined ? {} : { id })}
      {...(placeholder === undefined ? {} : { placeholder })}
      value={value ?? null}
      onChange={(next) => props.onChange?.(next ?? null)}
      allowClear={!required}
      loading={found.isFetching}
      showSearch={{ filterOption: false, onSearch: setWords }}
      notFoundContent={empty}
      options={[...chosen, ...rows].map((row) => ({ ...row }))}
    />
  )
}
