import { Select, type SelectProps } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useText } from '@tingzhou/ui'
import {
  findEnterprises,
  findOpenAppeals,
  nameOfEnterprise,
  useAreas,
  useCategories,
  useDepartments,
} from './catalogue.ts'

type One = Pick<SelectProps<string | null>, 'value' | 'onChange' | 'id' | 'allowClear' | 'placeholder' | 'disabled'>
type Many = Pick<SelectProps<string[]>, 'value' | 'onChange' | 'id' | 'placeholder' | 'maxCount'>

const byLabel = { optionFilterProp: 'label' } as const

/** Category of the second level, grouped by the first, found by code or word. */
export function CategorySelect(props: One) {
  const t = useText('needs')
  const { groups } = useCategories()
  const options = groups.map((group) => ({
    label: group.name,
    options: group.children.map(({ code, name }) => ({ value: code, label: `${code} ${name}` })),
  }))
  return (
    <Select {...props} placeholder={props.placeholder ?? t('pick.category')} showSearch={byLabel} options={options} />
  )
}

export function DepartmentSelect({
  except = [],
  label,
  ...props
}: One & { readonly except?: readonly string[]; readonly label?: string }) {
  const t = useText('needs')
  const options = useDepartments()
    .filter(({ id }) => !except.includes(id))
    .map(({ id, name }) => ({ value: id, label: name }))
  return (
    <Select
      {...props}
      {...(label === undefined ? {} : { 'aria-label': label })}
      placeholder={props.placeholder ?? t('pick.department')}
      showSearch={byLabel}
      options={options}
    />
  )
}

export function DepartmentsSelect({ except = [], ...props }: Many & { readonly except?: readonly string[] }) {
  const t = useText('needs')
  const options = useDepartments()
    .filter(({ id }) => !except.includes(id))
    .map(({ id, name }) => ({ value: id, label: name }))
  return (
    <Select
      {...props}
      mode="multiple"
      placeholder={props.placeholder ?? t('pick.departments')}
      showSearch={byLabel}
      options={options}
    />
  )
}

export function AreaSelect(props: One) {
  const t = useText('needs')
  const options = useAreas().map(({ id, name }) => ({ value: id, label: name }))
  return <Select {...props} placeholder={props.placeholder ?? t('pick.area')} showSearch={byLabel} options={options} />
}

type Choice = { readonly value: string; readonly label: string }
type Find = (text: string, signal: AbortSignal) => Promise<readonly Choice[]>

const typingPauseMs = 250

/** A choice from more rows than a list can hold: typed words are asked of the server. */
export function LookupSelect(
  props: One & { readonly find: Find; readonly nameOf?: (value: string) => Promise<string> },
) {
  const { find, nameOf, ...select } = props
  const [choices, setChoices] = useState<readonly Choice[]>([])
  const asked = useRef<AbortController | null>(null)
  const timer = useRef<number | undefined>(undefined)
  const { value } = props
  const known = !value || choices.some((choice) => choice.value === value)

  useEffect(() => {
    if (known || !nameOf || !value) return
    let current = true
    nameOf(value).then(
      (label) => current && setChoices((before) => [...before, { value, label }]),
      () => undefined, // Out of reach: the id stays visible.
    )
    return () => {
      current = false
    }
  }, [known, nameOf, value])

  const search = (text: string) => {
    asked.current?.abort()
    const controller = new AbortController()
    asked.current = controller
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(
      () =>
        find(text, controller.signal).then(
          (found) => setChoices(found),
          () => undefined, // A newer search replaced this one.
        ),
      text === '' ? 0 : typingPauseMs,
    )
  }
  return (
    <Select
      {...select}
      showSearch={{ filterOption: false, onSearch: search }}
      onOpenChange={(open) => open && search('')}
      options={choices.map((choice) => ({ ...choice }))}
    />
  )
}

export function EnterpriseSelect(props: One) {
  const t = useText('needs')
  return (
    <LookupSelect
      {...props}
      placeholder={props.placeholder ?? t('pick.enterprise')}
      find={findEnterprises}
      nameOf={nameOfEnterprise}
    />
  )
}

export function AppealSelect(props: One) {
  const t = useText('needs')
  return <LookupSelect {...props} placeholder={props.placeholder ?? t('pick.appeal')} find={findOpenAppeals} />
}
