import { FilterOutlined, SearchOutlined } from '@ant-design/icons'
import { Checkbox, DatePicker, Input, Select } from 'antd'
import dayjs from 'dayjs'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { ClearIcon } from './clear-icon.tsx'
import { useText } from './i18n.ts'
import { usePhone } from './media.ts'
import { filterKeys, listParam, type Choice, type ListFilter, type ListParams } from './list-url.ts'
import { VerbButton } from './verb-button.tsx'

type Change = (changes: Readonly<Record<string, string | readonly string[] | null>>) => void

/** The filter row: words, filters, the way back to everything, and the list's tools at its end. */
export function ListFilters(props: {
  readonly filters: readonly ListFilter[]
  readonly params: ListParams
  readonly onChange: Change
  readonly onClear: (() => void) | undefined
  readonly searchable: boolean
  readonly hint: string | undefined
  readonly tools: ReactNode
}) {
  const t = useText('ui')
  const [open, setOpen] = useState(false)
  // On a phone a long row of filters would push the list off the screen.
  const folds = usePhone() && props.filters.length > 2
  const used = filterKeys(props.filters).filter((key) => key in props.params).length
  return (
    <div className="tz-filters" role="search" aria-label={t('list.filters')}>
      {props.searchable && (
        <SearchBox
          value={one(props.params[listParam.q])}
          hint={props.hint ?? t('list.search')}
          onChange={props.onChange}
        />
      )}
      {folds && (
        <VerbButton icon={<FilterOutlined />} aria-expanded={open} onClick={() => setOpen(!open)}>
          {used > 0 ? t('list.filters_used', { n: used }) : t('list.filters')}
        </VerbButton>
      )}
      {(!folds || open) &&
        props.filters.map((filter) => (
          <FilterField
            key={filter.kind === 'dates' ? filter.from : filter.key}
            filter={filter}
            params={props.params}
            onChange={props.onChange}
          />
        ))}
      {props.onClear && (
        <VerbButton type="link" size="small" onClick={props.onClear}>
          {t('list.clear')}
        </VerbButton>
      )}
      <span className="tz-filters-end">{props.tools}</span>
    </div>
  )
}

function one(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.[0] ?? '')
}

/** Words go to the address 300 ms after the last letter, at once on Enter, and never amid an input method's composition. */
function SearchBox({
  value,
  hint,
  onChange,
}: {
  readonly value: string
  readonly hint: string
  readonly onChange: Change
}) {
  const [text, setText] = useState(value)
  const timer = useRef<number | undefined>(undefined)
  const composing = useRef(false)
  useEffect(() => setText(value), [value])
  useEffect(() => () => window.clearTimeout(timer.current), [])
  const send = (next: string) => {
    window.clearTimeout(timer.current)
    onChange({ [listParam.q]: next.trim() || null })
  }
  const write = (next: string) => {
    setText(next)
    window.clearTimeout(timer.current)
    if (!composing.current) timer.current = window.setTimeout(() => send(next), 300)
  }
  return (
    <Input
      className="tz-search"
      prefix={<SearchOutlined aria-hidden />}
      placeholder={hint}
      aria-label={hint}
      allowClear={{ clearIcon: <ClearIcon /> }}
      value={text}
      maxLength={200}
      onChange={(event) => write(event.target.value)}
      onPressEnter={() => send(text)}
      onCompositionStart={() => (composing.current = true)}
      onCompositionEnd={(event) => {
        composing.current = false
        write(event.currentTarget.value)
      }}
    />
  )
}

function FilterField({
  filter,
  params,
  onChange,
}: {
  readonly filter: ListFilter
  readonly params: ListParams
  readonly onChange: Change
}) {
  switch (filter.kind) {
    case 'choice':
      return <ChoiceFilter filter={filter} value={params[filter.key]} onChange={onChange} />
    case 'lookup':
      return <LookupFilter filter={filter} value={one(params[filter.key])} onChange={onChange} />
    case 'dates':
      return (
        <DatesFilter filter={filter} from={one(params[filter.from])} to={one(params[filter.to])} onChange={onChange} />
      )
    case 'flag':
      return (
        <Checkbox
          checked={one(params[filter.key]) === 'true'}
          onChange={(event) => onChange({ [filter.key]: event.target.checked ? 'true' : null })}
        >
          {filter.label}
        </Checkbox>
      )
  }
}

function ChoiceFilter(props: {
  readonly filter: Extract<ListFilter, { kind: 'choice' }>
  readonly value: string | readonly string[] | undefined
  readonly onChange: Change
}) {
  const { filter, value } = props
  const options = filter.options.map((option) => ({ ...option }))
  const common = {
    'aria-label': filter.label,
    placeholder: filter.label,
    options,
    allowClear: true,
    showSearch: { optionFilterProp: 'label' },
    popupMatchSelectWidth: false,
    className: 'tz-filter',
  } as const
  if (filter.multiple)
    return (
      <Select
        {...common}
        mode="multiple"
        maxTagCount="responsive"
        value={value === undefined ? [] : typeof value === 'string' ? [value] : [...value]}
        onChange={(next: string[]) => props.onChange({ [filter.key]: next })}
      />
    )
  return (
    <Select
      {...common}
      value={one(value) || null}
      onChange={(next: string | null | undefined) => props.onChange({ [filter.key]: next ?? null })}
    />
  )
}

function LookupFilter(props: {
  readonly filter: Extract<ListFilter, { kind: 'lookup' }>
  readonly value: string
  readonly onChange: Change
}) {
  const { filter, value } = props
  const [choices, setChoices] = useState<readonly Choice[]>([])
  const asked = useRef<AbortController | null>(null)
  const nameOf = filter.name
  useEffect(() => {
    if (!value || !nameOf) return
    let current = true
    nameOf(value).then(
      (label) =>
        current &&
        setChoices((now) => (now.some((choice) => choice.value === value) ? now : [...now, { value, label }])),
      () => undefined, // The value itself stays on show when its name cannot be had.
    )
    return () => {
      current = false
    }
  }, [value, nameOf])
  const find = (text: string) => {
    asked.current?.abort()
    const controller = new AbortController()
    asked.current = controller
    filter.find(text, controller.signal).then(
      (found) => !controller.signal.aborted && setChoices(found),
      () => undefined, // A newer search replaced this one, or the list below shows the problem.
    )
  }
  return (
    <Select
      className="tz-filter"
      aria-label={filter.label}
      placeholder={filter.label}
      allowClear
      showSearch={{ filterOption: false, onSearch: find }}
      onOpenChange={(open) => open && find('')}
      popupMatchSelectWidth={false}
      value={value || null}
      options={choices.map((choice) => ({ ...choice }))}
      onChange={(next: string | null | undefined) => props.onChange({ [filter.key]: next ?? null })}
    />
  )
}

function DatesFilter(props: {
  readonly filter: Extract<ListFilter, { kind: 'dates' }>
  readonly from: string
  readonly to: string
  readonly onChange: Change
}) {
  const { filter } = props
  const t = useText('ui')
  const day = (text: string) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? dayjs(text) : null)
  return (
    <DatePicker.RangePicker
      className="tz-filter-dates"
      allowEmpty={[true, true]}
      placeholder={[t('list.from', { label: filter.label }), t('list.to')]}
      aria-label={filter.label}
      value={[day(props.from), day(props.to)]}
      onChange={(dates) =>
        props.onChange({
          [filter.from]: dates?.[0]?.format('YYYY-MM-DD') ?? null,
          [filter.to]: dates?.[1]?.format('YYYY-MM-DD') ?? null,
        })
      }
    />
  )
}
