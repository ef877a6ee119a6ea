import { useText } from '@tingzhou/ui'
import { shownValue } from './words.ts'

/** What both sides of a merge state, and differently: what stays, and what is lost. */
export function ConflictLines(props: {
  readonly conflicts: readonly { readonly field: string; readonly kept?: unknown; readonly lost?: unknown }[]
  readonly areas: ReadonlyMap<string, string>
}) {
  const t = useText('registry')
  return (
    <ul className="registry-lines">
      {props.conflicts.map(({ field, kept, lost }) => (
        <li key={field}>
          {t('merge.conflict', {
            field: t(`field.${field}`),
            kept: shownValue(t, field, kept, props.areas),
            lost: shownValue(t, field, lost, props.areas),
          })}
        </li>
      ))}
    </ul>
  )
}
