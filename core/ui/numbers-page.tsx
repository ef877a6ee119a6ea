import type { QueryKey, UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import { useCommand } from './command.ts'
import { FlagItem, ScaledItem, TextItem } from './fields.tsx'
import { FormBox } from './form-page.tsx'
import { useText } from './i18n.ts'
import { useLive } from './live.tsx'
import { FormDrawer, OpenFormButton, useOpenForm } from './open-form.tsx'
import { Page } from './page.tsx'
import { PlainTable } from './plain-table.tsx'
import { ProblemAlert } from './problem-alert.tsx'
import { scaledText } from './scaled.ts'
import { SkeletonLines } from './skeleton.tsx'
import { StateTag } from './state-tag.tsx'
import { VerbButton } from './verb-button.tsx'
import { When } from './when.tsx'

type Now<N extends string> = {
  readonly numbers: Readonly<Record<N, number>>
  readonly bounds: readonly { readonly name: N; readonly min: number; readonly max: number }[]
  readonly rev: number
  readonly updatedAt: number | null
  readonly updatedBy: string
}
/** What is saved; `flag` only where there is one. */
export type NumbersWish<N extends string> = {
  readonly commandId: string
  readonly rev: number
  readonly flag: boolean
  readonly numbers: Readonly<Record<N, number>>
  readonly why: string
}
type Flag<S> = {
  readonly is: (settings: S) => boolean
  readonly label: string
  readonly means: string
  readonly on: string
  readonly off: string
}
type Props<N extends string, S extends Now<N>> = {
  readonly title: string
  readonly intro: string
  readonly back: { readonly href: string; readonly label: string }
  readonly query: UseQueryResult<S>
  /** The kind of object that changes when somebody saves, and what then is read anew. */
  readonly live: { readonly kind: string; readonly key: QueryKey }
  readonly labelOf: (name: N) => string
  /** Why the reader may not change them; null: may. */
  readonly reason: string | null
  /** A yes or no beside the numbers. */
  readonly flag?: Flag<S>
  readonly save: (wish: NumbersWish<N>) => Promise<{ readonly rev: number }>
}

/** What a zone reckons with: each number with its unit and bounds, changed all together with a reason. */
export function NumbersPage<N extends string, S extends Now<N>>(props: Props<N, S>) {
  const { title, intro, back, query, live, labelOf, flag, reason } = props
  const t = useText('ui')
  useLive({ kinds: [live.kind], keys: [live.key] })
  const settings = query.data
  const said = (name: N, value: number) => {
    const { scale, unit } = unitOf(name)
    return `${scaledText(value, scale)} ${unit === '' ? '' : t(`unit.${unit}`)}`.trim()
  }
  return (
    <Page
      title={title}
      verbs={
        <>
          <VerbButton href={back.href}>{back.label}</VerbButton>
          <OpenFormButton name="settings" reason={reason}>
            {t('numbers.change')}
          </OpenFormButton>
        </>
      }
    >
      <p className="tz-second">{intro}</p>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <SkeletonLines lines={8} />}
      {settings && (
        <>
          <p>
            {flag && (
              <StateTag tone={flag.is(settings) ? 'good' : 'plain'} shape={flag.is(settings) ? 'dot' : 'ring'}>
                {flag.is(settings) ? flag.on : flag.off}
              </StateTag>
            )}{' '}
            {settings.updatedAt !== null && (
              <span className="tz-caption">
                {settings.updatedBy} <When at={settings.updatedAt} />
              </span>
            )}
          </p>
          <PlainTable
            name={title}
            empty={intro}
            head={[t('numbers.number'), t('numbers.value'), t('numbers.range')]}
            rows={settings.bounds.map(({ name, min, max }) => ({
              key: name,
              cells: [
                <span key="name" className="tz-wrap">
                  {labelOf(name)}
                </span>,
                said(name, settings.numbers[name]),
                `${said(name, min)} – ${said(name, max)}`,
              ],
            }))}
          />
          <FormDrawer name="settings" title={title}>
            <ChangeNumbers {...props} settings={settings} />
          </FormDrawer>
        </>
      )}
    </Page>
  )
}

type Values = { readonly flag: boolean; readonly why: string } & Readonly<Record<string, number>>

function ChangeNumbers<N extends string, S extends Now<N>>(props: Props<N, S> & { readonly settings: S }) {
  const { settings, live, labelOf, flag, save } = props
  const t = useText('ui')
  const { close } = useOpenForm()
  // What is saved is a change of what was shown at first, whatever is read meanwhile.
  const [rev] = useState(settings.rev)
  const command = useCommand({ run: save, invalidate: [live.key], success: t('numbers.saved') })
  return (
    <FormBox<Values, NumbersWish<N>, { readonly rev: number }>
      // The flag is no number, which the type of all other fields cannot say.
      initial={{ ...settings.numbers, flag: flag?.is(settings) ?? false } as Partial<Values>}
      command={command}
      toInput={({ flag: is, why, ...numbers }) => ({
        rev,
        flag: is,
        why,
        // The form has a field for each number.
        numbers: numbers as Readonly<Record<N, number>>,
      })}
      fieldNames={Object.fromEntries(settings.bounds.map(({ name }) => [`numbers.${name}`, name]))}
      submit={t('numbers.save')}
      done={close}
      onCancel={close}
    >
      {flag && <FlagItem name="flag" label={flag.label} extra={flag.means} />}
      {settings.bounds.map(({ name, min, max }) => {
        const { scale, unit } = unitOf(name)
        return (
          <ScaledItem
            key={name}
            name={name}
            label={labelOf(name)}
            scale={scale}
            unit={unit === '' ? '' : t(`unit.${unit}`)}
            min={min}
            max={max}
            required
          />
        )
      })}
      <TextItem name="why" label={t('numbers.why')} max={500} required rows={2} />
    </FormBox>
  )
}

/** Units of numbers by the end of their names: how many decimals they are written with, and the word for the unit. */
const units = [
  [/M$/, 3, 'km'],
  [/Pct$/, 0, 'pct'],
  // Basis points.
  [/Bp$/, 2, 'pct'],
  [/[hH]ours(Max)?$/, 0, 'hours'],
  [/Minutes$/, 0, 'minutes'],
  [/Days$/, 0, 'days'],
  [/Seconds$/, 0, 'seconds'],
  [/Kmh$/, 0, 'kmh'],
  [/Km$/, 0, 'km'],
  [/FenTKm$/, 2, 'yuan_tkm'],
  [/FenT$/, 2, 'yuan_t'],
] as const

/** How a number of a zone is written. O(1). */
function unitOf(name: string): { readonly scale: number; readonly unit: (typeof units)[number][2] | '' } {
  const found = units.find(([end]) => end.test(name))
  return found ? { scale: found[1], unit: found[2] } : { scale: 0, unit: '' }
}
