import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useText } from '@tingzhou/ui'
import { useEffect, useState } from 'react'
import { people, registry } from './api.ts'

const typingPauseMs = 250

/** The typed words, once typing has paused. */
function usePaused(): readonly [string, (text: string) => void] {
  const [typed, setTyped] = useState('')
  const [paused, setPaused] = useState('')
  useEffect(() => {
    const timer = window.setTimeout(() => setPaused(typed), typingPauseMs)
    return () => window.clearTimeout(timer)
  }, [typed])
  return [paused, setTyped]
}

type One = {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (value: string | null) => void
}

/** A firm of the register, found by name, initials or number. */
export function EnterpriseSelect({ onName, ...props }: One & { readonly onName?: (name: string) => void }) {
  const t = useText('services')
  const [q, search] = usePaused()
  const found = useQuery({
    ...registry.enterprises.list.queryOptions({ input: { limit: 20, ...(q ? { q } : {}) } }),
    placeholderData: (before) => before,
  })
  const options = (found.data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))
  return (
    <Select
      {...props}
      allowClear
      placeholder={t('pick.enterprise')}
      showSearch={{ filterOption: false, onSearch: search }}
      loading={found.isFetching}
      options={options}
      onChange={(value: string | null) => {
        props.onChange?.(value ?? null)
        const name = options.find((option) => option.value === value)?.label
        if (name !== undefined) onName?.(name)
      }}
    />
  )
}

/** An officer of a department. */
export function PersonSelect({ partyId, ...props }: One & { readonly partyId: string | null }) {
  const t = useText('services')
  const [q, search] = usePaused()
  const found = useQuery({
    ...people.staff.list.queryOptions({
      input: { limit: 50, ...(q ? { q } : {}), ...(partyId ? { partyId } : {}) },
    }),
    placeholderData: (before) => before,
  })
  return (
    <Select
      {...props}
      placeholder={t('pick.person')}
      showSearch={{ filterOption: false, onSearch: search }}
      loading={found.isFetching}
      options={(found.data?.rows ?? []).map(({ accountId, name }) => ({ value: accountId, label: name }))}
    />
  )
}
