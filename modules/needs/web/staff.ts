import { useQuery } from '@tanstack/react-query'
import { useMe, type Role } from '@tingzhou/ui'
import { useState } from 'react'
import { api } from './api.ts'

export type Person = { readonly accountId: string; readonly name: string; readonly place: string }

export type StaffScope = { readonly partyId?: string | null; readonly role?: Role }

const rarelyMs = 60_000

/** People that a form may name, oneself first; typed words are asked of the server. */
export function useStaff({ partyId, role }: StaffScope, joint: string) {
  const me = useMe()
  const [q, search] = useState('')
  const input = { limit: 50, ...(q ? { q } : {}), ...(partyId ? { partyId } : {}), ...(role ? { role } : {}) }
  const { data, isFetching } = useQuery({
    ...api.staff.list.queryOptions({ input }),
    placeholderData: (before) => before,
    staleTime: rarelyMs,
  })
  const found = (data?.rows ?? []).map(({ accountId, name, places }) => ({
    accountId,
    name,
    place: places.map((place) => place.name).join(joint),
  }))
  const own = found.filter(({ accountId }) => accountId === me?.accountId)
  const people: readonly Person[] = [...own, ...found.filter((person) => !own.includes(person))]
  return { people, search, searching: isFetching }
}

/** A party of a contract as a person of a form. */
export const peopleOf = ({ id, name }: { readonly id: string; readonly name: string }): Person => ({
  accountId: id,
  name,
  place: '',
})
