import { Select } from 'antd'
import { useText } from '@tingzhou/ui'
import { useEffect, useRef, useState } from 'react'
import { findIndustries, findOfficials, nameOfIndustry, nameOfOfficial, useAreas, useDepartments } from './catalogue.ts'

type Choice = { readonly value: string; readonly label: string }
type Field<V> = {
  readonly id?: string
  readonly value?: V
  readonly onChange?: (value: V) => void
  readonly placeholder?: string
}
type Source = {
  readonly find: (text: string, signal: AbortSignal) => Promise<readonly Choice[]>
  readonly nameOf: (value: string) => Promise<string>
}

const typingPauseMs = 250

/** Choices found by typed words; those already chosen keep their names. */
function useLookup({ find, nameOf }: Source, chosen: readonly string[]) {
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(new Map())
  const [found, setFound] = useState<readonly string[]>([])
  const asked = useRef<AbortController | null>(null)
  const timer = useRef<number | undefined>(undefined)
  const add = (choices: readonly Choice[]) =>
    setKnown((before) => new Map([...before, ...choices.map(({ value, label }) => [value, label] as const)]))
  const missing = chosen.filter((value) => !known.has(value)).join(' ')

  useEffect(() => {
    if (missing === '') return
    let current = true
    const values = missing.split(' ')
    void Promise.allSettled(values.map(async (value) => ({ value, label: await nameOf(value) }))).then((answers) => {
      const named = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
      if (current && named.length > 0) add(named)
    })
    return () => {
      current = false
    }
  }, [missing, nameOf])

  const search = (text: string) => {
    asked.current?.abort()
    const controller = new AbortController()
    asked.current = controller
    window.clearTimeout(timer.current)
    const ask = () =>
      find(text, controller.signal).then(
        (choices) => {
          add(choices)
          setFound(choices.map(({ value }) => value))
        },
        () => undefined, // A newer search replaced this one.
      )
    timer.current = window.setTimeout(() => void ask(), text === '' ? 0 : typingPauseMs)
  }
  const offered = [...new Set([...chosen, ...found])]
  return {
    showSearch: { filterOption: false, onSearch: search },
    onOpenChange: (open: boolean) => open && search(''),
    options: offered.flatMap((value) => {
      const label = known.get(value)
      return label === undefined ? [] : [{ value, label }]
    }),
  }
}

/** One choice from more than a list can hold. */
export function LookupOne({ source, ...props }: Field<string | null> & { readonly source: Source }) {
  const lookup = useLookup(source, props.value ? [props.value] : [])
  return (
    <Select<string | null>
      {...props}
      {...lookup}
      allowClear
      onChange={(value: string | null | undefined) => props.onChange?.(value ?? null)}
    />
  )
}

/** Several choices from more than a list can hold. */
export function LookupMany({
  source,
  maxCount,
  ...props
}: Field<string[]> & { readonly source: Source; readonly maxCount: number }) {
  const lookup = useLookup(source, props.value ?? [])
  return <Select<string[]> {...props} {...lookup} mode="multiple" maxCount={maxCount} />
}

export const industries: Source = { find: findIndustries, nameOf: nameOfIndustry }
export const people: Source = { find: findOfficials, nameOf: nameOfOfficial }

const byLabel = { optionFilterProp: 'label' } as const

export function AreaSelect(props: Field<string | null>) {
  const t = useText('registry')
  const options = useAreas()
    .filter(({ id, state }) => state === 'open' || id === props.value)
    .map(({ id, name }) => ({ value: id, label: name }))
  return (
    <Select<string | null>
      {...props}
      allowClear
      placeholder={t('pick.area')}
      showSearch={byLabel}
      options={options}
      onChange={(value: string | null | undefined) => props.onChange?.(value ?? null)}
    />
  )
}

export function DepartmentSelect({
  except,
  ...props
}: Field<string | null> & { readonly except?: string | undefined }) {
  const t = useText('registry')
  const options = useDepartments()
    .filter(({ id }) => id !== except)
    .map(({ id, name }) => ({ value: id, label: name }))
  return (
    <Select<string | null>
      {...props}
      allowClear
      placeholder={t('pick.department')}
      showSearch={byLabel}
      options={options}
      onChange={(value: string | null | undefined) => props.onChange?.(value ?? null)}
    />
  )
}

/** Words typed one after another. */
export function WordsField({ max, ...props }: Field<string[]> & { readonly max: number }) {
  return (
    <Select<string[]>
      {...props}
      mode="tags"
      maxCount={max}
      open={false}
      suffixIcon={null}
      tokenSeparators={[',', '，', '、']}
    />
  )
}
