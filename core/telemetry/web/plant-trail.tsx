import { ProblemAlert, Trail, useText } from '@tingzhou/ui'
import { changedOf } from './device-changes.ts'
import { formulaWords } from './formula-words.ts'
import { isRecord } from './record.ts'
import type { Formula } from '../formula.ts'

type Row = {
  readonly seq: number
  readonly at: number
  readonly verb: string
  readonly actor: string
  readonly reason: string | null
  readonly hash: string
  readonly data: unknown
}
const verbs: ReadonlySet<string> = new Set(['add', 'set', 'move', 'retire', 'restore', 'reset'])

/** What was done to something of the plant, by whom and why; the newest first. */
export function PlantTrail(props: {
  readonly rows: readonly Row[] | undefined
  readonly problem: unknown
  readonly onRetry: () => void
}) {
  const t = useText('telemetry')
  return (
    <>
      <ProblemAlert problem={props.problem} onRetry={props.onRetry} />
      <Trail
        entries={(props.rows ?? []).map(({ seq, at, verb, actor, reason, hash, data }) => ({
          id: String(seq),
          at,
          who: actor,
          verb: verbs.has(verb) ? t(`plant.trail.${verb}`) : verb,
          why: reason,
          hash,
          ...changesIn(data),
        }))}
      />
    </>
  )
}

function changesIn(data: unknown) {
  if (!isRecord(data)) return {}
  const { before, after } = data
  return isRecord(before) && isRecord(after) ? changedOf(flat(before), flat(after)) : {}
}

// The history holds what was said of a point.
const isFormula = (value: unknown): value is Formula => isRecord(value) && Array.isArray(value['inputs'])

/** A name by its language, an entry of a type by its key, so that what differs is told one by one. */
const flat = (side: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(side).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
      if (key === 'formula' && isFormula(value)) return [[key, formulaWords(value)]]
      if (Array.isArray(value))
        return value.filter(isRecord).flatMap((one) =>
          Object.entries(flat(one))
            .filter(([name]) => name !== 'key')
            .map(([name, inner]) => [`${String(one['key'])}.${name}`, inner]),
        )
      if (isRecord(value)) return Object.entries(value).map(([name, inner]) => [`${key}.${name}`, inner])
      return [[key, value]]
    }),
  )
