import { useQuery } from '@tanstack/react-query'
import { useText } from '@tingzhou/ui'
import { Select } from 'antd'
import { useState } from 'react'
import type { InstitutionKind } from '../words.ts'
import { api } from './api.ts'

/** Chooses an open institution by name. */
export function InstitutionSelect(props: {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (value: string) => void
  readonly kind?: InstitutionKind
  readonly mine?: boolean
}) {
  const t = useText('referral')
  const [q, setQ] = useState('')
  const { data, isFetching } = useQuery(
    api.institutions.list.queryOptions({
      input: {
        state: 'open',
        limit: 100,
        ...(props.kind ? { kind: props.kind } : {}),
        ...(props.mine ? { mine: true } : {}),
        ...(q ? { q } : {}),
      },
    }),
  )
  return (
    <Select
      {...(props.id === undefined ? {} : { id: props.id })}
      {...(props.value === undefined ? {} : { value: props.value })}
      onChange={(value: string) => props.onChange?.(value)}
      showSearch={{ filterOption: false, onSearch: setQ }}
      loading={isFetching}
      placeholder={t('pick.institution')}
      notFoundContent={props.mine ? t('pick.none_of_yours') : t('pick.none')}
      options={(data?.rows ?? []).map(({ id, name, kind }) => ({ value: id, label: `${name} · ${t(`kind.${kind}`)}` }))}
    />
  )
}

export async function findInstitutions(text: string, signal: AbortSignal) {
  const page = await api.institutions.list.call({ limit: 50, ...(text ? { q: text } : {}) }, { signal })
  return page.rows.map(({ id, name }) => ({ value: id, label: name }))
}

export const nameOfInstitution = async (id: string): Promise<string> => (await api.institutions.get.call({ id })).name
