import { Select } from 'antd'
import { useText } from '@tingzhou/ui'
import { useEffect, useRef, useState } from 'react'
import { findEnterprises, nameOfEnterprise } from './catalogue.ts'

const typingPauseMs = 250

/** Several enterprises, found by typed words; those already chosen are shown by name. */
export function EnterprisesSelect(props: {
  readonly id?: string
  readonly value?: string[]
  readonly onChange?: (value: string[]) => void
}) {
  const t = useText('needs')
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map())
  const timer = useRef<number | undefined>(undefined)
  const asked = useRef<AbortController | null>(null)
  const add = (found: readonly { value: string; label: string }[]) =>
    setNames((before) => new Map([...before, ...found.map(({ value, label }) => [value, label] as const)]))
  const missing = (props.value ?? []).filter((id) => !names.has(id)).join(' ')

  useEffect(() => {
    if (missing === '') return
    let current = true
    const ids = missing.split(' ')
    void Promise.allSettled(ids.map(async (value) => ({ value, label: await nameOfEnterprise(value) }))).then(
      (results) => {
        const found = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
        if (current && found.length > 0) add(found)
      },
    )
    return () => {
      current = false
    }
  }, [missing])

  const search = (text: string) => {
    asked.current?.abort()
    const controller = new AbortController()
    asked.current = controller
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(
      () => findEnterprises(text, controller.signal).then(add, () => undefined), // A newer search replaced this one.
      text === '' ? 0 : typingPauseMs,
    )
  }
  return (
    <Select
      {...props}
      mode="multiple"
      maxCount={200}
      placeholder={t('pick.enterprises')}
      showSearch={{ optionFilterProp: 'label', onSearch: search }}
      onOpenChange={(open) => open && search('')}
      options={[...names].map(([value, label]) => ({ value, label }))}
    />
  )
}
