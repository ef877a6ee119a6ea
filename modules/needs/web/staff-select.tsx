import { Select } from 'antd'
import { useMe, useText } from '@tingzhou/ui'
import { useRef, useState } from 'react'
import { useStaff, type Person, type StaffScope } from './staff.ts'

const typingPauseMs = 250

const optionOf = ({ accountId, name, place }: Person) => ({
  value: accountId,
  label: place ? `${name} · ${place}` : name,
})

type One = {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (value: string | null) => void
}
type Known = { readonly also?: readonly Person[] }

/** Options that never forget a name once shown, so that a chosen person keeps it while others are searched. */
function useOptions(scope: StaffScope, also: readonly Person[]) {
  const t = useText('needs')
  const me = useMe()
  const { people, search, searching } = useStaff(scope, t('list_comma'))
  const seen = useRef(new Map<string, Person>())
  const [, again] = useState(0)
  const timer = useRef<number | undefined>(undefined)
  const own = me ? [{ accountId: me.accountId, name: me.name, place: '' }] : []
  for (const person of [...own, ...also, ...people]) seen.current.set(person.accountId, person)
  const onSearch = (text: string) => {
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => {
      search(text)
      again((turn) => turn + 1)
    }, typingPauseMs)
  }
  const offered = new Set([...also, ...people].map(({ accountId }) => accountId))
  return {
    loading: searching,
    showSearch: { filterOption: false, onSearch },
    optionsWith: (chosen: readonly string[]) =>
      [...seen.current.values()]
        .filter(({ accountId }) => offered.has(accountId) || chosen.includes(accountId))
        .map(optionOf),
  }
}

/** Somebody of the zone, of one department or with one role; `also` adds people the form already knows. */
export function PersonSelect({ also = [], partyId, role, ...props }: One & Known & StaffScope) {
  const t = useText('needs')
  const { optionsWith, ...select } = useOptions({ ...(partyId ? { partyId } : {}), ...(role ? { role } : {}) }, also)
  return (
    <Select
      {...props}
      {...select}
      placeholder={t('pick.person')}
      options={optionsWith(props.value ? [props.value] : [])}
    />
  )
}

export function PeopleSelect(props: {
  readonly id?: string
  readonly value?: string[]
  readonly onChange?: (value: string[]) => void
  readonly maxCount?: number
  readonly also?: readonly Person[]
}) {
  const t = useText('needs')
  const { also = [], ...rest } = props
  const { optionsWith, ...select } = useOptions({}, also)
  return (
    <Select
      {...rest}
      {...select}
      mode="multiple"
      placeholder={t('pick.people')}
      options={optionsWith(props.value ?? [])}
    />
  )
}
