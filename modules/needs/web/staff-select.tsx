import { Select } from 'antd'
import { useText } from '@tingzhou/ui'
import { useStaff, type Person } from './staff.ts'

const byLabel = { optionFilterProp: 'label' } as const
const optionOf = ({ accountId, name, place }: Person) => ({
  value: accountId,
  label: place ? `${name} · ${place}` : name,
})

type One = {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (value: string | null) => void
}

/** Somebody of the department that owns the order. */
export function OwnStaffSelect({ departmentId, ...props }: One & { readonly departmentId: string | null }) {
  const t = useText('needs')
  const staff = useStaff(departmentId)
  return <Select {...props} placeholder={t('pick.person')} showSearch={byLabel} options={staff.map(optionOf)} />
}

/** Somebody of the zone; `also` adds people the form already knows. */
export function PersonSelect({ also = [], ...props }: One & { readonly also?: readonly Person[] }) {
  const t = useText('needs')
  const staff = useStaff()
  const all = [...also, ...staff.filter(({ accountId }) => also.every((person) => person.accountId !== accountId))]
  return <Select {...props} placeholder={t('pick.person')} showSearch={byLabel} options={all.map(optionOf)} />
}

export function PeopleSelect(props: {
  readonly id?: string
  readonly value?: string[]
  readonly onChange?: (value: string[]) => void
  readonly maxCount?: number
}) {
  const t = useText('needs')
  const staff = useStaff()
  return (
    <Select
      {...props}
      mode="multiple"
      placeholder={t('pick.people')}
      showSearch={byLabel}
      options={staff.map(optionOf)}
    />
  )
}
