import { Checkbox, Input, Select } from 'antd'
import { CheckedNumber, useText } from '@tingzhou/ui'
import { useId, type ReactNode } from 'react'
import { at, put, textAt, textsAt, type Path } from './json-path.ts'

export type Choice = { readonly value: string; readonly label: string }

/** One thing to say about a part of a one-thing; the path starts at the part. */
export type PartSpec = { readonly path: Path; readonly label: string; readonly help?: string } & (
  | { readonly kind: 'text' | 'long' | 'words' | 'flag' | 'reuse' }
  | { readonly kind: 'optional_text' }
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly unit?: string }
  /** Another choice empties the list that depends on it. */
  | {
      readonly kind: 'choice'
      readonly options: readonly Choice[]
      readonly clearable?: boolean
      readonly clears?: Path
    }
  | { readonly kind: 'many'; readonly options: readonly Choice[] }
  /** On: the value it begins with; off: null. Its own specs follow while it is on. */
  | { readonly kind: 'switch'; readonly on: unknown; readonly inside: readonly PartSpec[] }
)

export type PartFormProps = {
  readonly specs: readonly PartSpec[]
  readonly value: unknown
  readonly onChange: (value: unknown) => void
  readonly readOnly: boolean
}

/** A part as a form: every change is a new value, so that a draft may be half done at any time. */
export function PartForm(props: PartFormProps) {
  return (
    <div className="services-part">
      {props.specs.map((spec) => (
        <PartLine key={`${spec.kind} ${spec.path.join('.')}`} spec={spec} {...props} />
      ))}
    </div>
  )
}

function PartLine({ spec, value, onChange, readOnly }: PartFormProps & { readonly spec: PartSpec }) {
  const t = useText('services')
  const id = useId()
  const set = (path: Path, next: unknown) => onChange(put(value, path, next))
  const now = at(value, spec.path)
  const line = (input: ReactNode, label: string = spec.label, name: string = id) => (
    <div className="services-part-line">
      <label htmlFor={name}>{label}</label>
      {input}
      {spec.help !== undefined && <span className="tz-caption">{spec.help}</span>}
    </div>
  )
  switch (spec.kind) {
    case 'text':
    case 'optional_text':
      return line(
        <Input
          id={id}
          readOnly={readOnly}
          value={textAt(value, spec.path)}
          onChange={(event) =>
            set(spec.path, spec.kind === 'optional_text' && event.target.value === '' ? null : event.target.value)
          }
        />,
      )
    case 'long':
      return line(
        <Input.TextArea
          id={id}
          rows={2}
          readOnly={readOnly}
          value={textAt(value, spec.path)}
          onChange={(event) => set(spec.path, event.target.value)}
        />,
      )
    case 'words':
      return (['zh', 'en'] as const).map((lang) => (
        <div key={lang} className="services-part-line">
          <label htmlFor={`${id}-${lang}`}>{t(`designer.in_${lang}`, { label: spec.label })}</label>
          <Input
            id={`${id}-${lang}`}
            lang={lang}
            readOnly={readOnly}
            value={textAt(value, [...spec.path, lang])}
            onChange={(event) => set([...spec.path, lang], event.target.value)}
          />
        </div>
      ))
    case 'number':
      return line(
        <CheckedNumber
          id={id}
          min={spec.min}
          max={spec.max}
          readOnly={readOnly}
          unit={spec.unit}
          value={typeof now === 'number' ? now : null}
          onChange={(next) => set(spec.path, next)}
        />,
      )
    case 'choice':
      return line(
        <Select
          id={id}
          disabled={readOnly}
          allowClear={spec.clearable ?? false}
          showSearch={{ optionFilterProp: 'label' }}
          options={[...spec.options]}
          value={typeof now === 'string' && now !== '' ? now : null}
          onChange={(next: string | null | undefined) => {
            const chosen = put(value, spec.path, next ?? null)
            onChange(spec.clears === undefined || next === now ? chosen : put(chosen, spec.clears, []))
          }}
        />,
      )
    case 'many':
      return line(
        <Select
          id={id}
          mode="multiple"
          disabled={readOnly}
          showSearch={{ optionFilterProp: 'label' }}
          options={[...spec.options]}
          value={[...textsAt(value, spec.path)]}
          onChange={(next: string[]) => set(spec.path, next)}
        />,
      )
    case 'flag':
      return (
        <Checkbox checked={now === true} disabled={readOnly} onChange={(event) => set(spec.path, event.target.checked)}>
          {spec.label}
        </Checkbox>
      )
    case 'reuse':
      return line(<ReuseInput id={id} value={now} readOnly={readOnly} onChange={(next) => set(spec.path, next)} />)
    case 'switch': {
      const isOn = now !== null && now !== undefined
      return (
        <div className="services-part-switch">
          <Checkbox
            checked={isOn}
            disabled={readOnly}
            onChange={(event) => set(spec.path, event.target.checked ? spec.on : null)}
          >
            {spec.label}
          </Checkbox>
          {isOn && <PartForm specs={spec.inside} value={value} onChange={onChange} readOnly={readOnly} />}
        </div>
      )
    }
  }
}

/** 复用等级: never, always, or while younger than a period. */
function ReuseInput(props: {
  readonly id: string
  readonly value: unknown
  readonly readOnly: boolean
  readonly onChange: (value: unknown) => void
}) {
  const t = useText('services')
  const period = textAt(props.value, ['youngerThan'])
  const kind = typeof props.value === 'string' ? props.value : 'younger'
  return (
    <span className="services-line">
      <Select
        id={props.id}
        disabled={props.readOnly}
        value={kind}
        className="services-select"
        options={['never', 'always', 'younger'].map((value) => ({ value, label: t(`reuse.${value}`) }))}
        onChange={(next: string) => props.onChange(next === 'younger' ? { youngerThan: 'P1Y' } : next)}
      />
      {kind === 'younger' && (
        <Input
          aria-label={t('reuse.period')}
          readOnly={props.readOnly}
          value={period}
          placeholder="P1Y"
          className="services-short"
          onChange={(event) => props.onChange({ youngerThan: event.target.value })}
        />
      )}
    </span>
  )
}
