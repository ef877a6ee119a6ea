import type { Parameter } from '@tingzhou/jt808'
import { parameterIds } from '@tingzhou/jt808'
import type { Identity } from './identity.ts'

/** The parameters of a terminal: kept as they were set, in the order of their ids. */
export type Parameters = {
  readonly set: (parameters: readonly Parameter[]) => void
  readonly all: () => readonly Parameter[]
  readonly listed: (ids: readonly number[]) => readonly Parameter[]
  /** The number of one that has a number. */
  readonly number: (kind: NumberKind, otherwise: number) => number
  readonly reset: () => void
}

type NumberKind = Extract<Parameter, { readonly value: number }>['kind']

const idOf = (parameter: Parameter): number =>
  parameter.kind === 'raw' || parameter.kind === 'can_sampling' ? parameter.id : (parameterIds[parameter.kind] ?? 0)

/** Makes the parameters that a terminal leaves its maker with. */
export function createParameters({ plate }: Identity, reportEveryMs: number): Parameters {
  const everyS = Math.max(1, Math.round(reportEveryMs / 1_000))
  const factory: readonly Parameter[] = [
    { kind: 'heartbeat_s', value: 60 },
    { kind: 'tcp_timeout_s', value: 10 },
    { kind: 'tcp_retries', value: 3 },
    { kind: 'alarm_interval_s', value: everyS },
    { kind: 'default_interval_s', value: everyS },
    { kind: 'speed_max_kmh', value: 100 },
    { kind: 'driving_max_s', value: 14_400 },
    { kind: 'rest_min_s', value: 1_200 },
    { kind: 'province_code', value: 65 },
    { kind: 'city_code', value: 2301 },
    { kind: 'plate', value: plate },
    { kind: 'plate_colour', value: 'yellow' },
  ]
  const values = new Map<number, Parameter>()
  const set = (parameters: readonly Parameter[]): void => {
    for (const parameter of parameters) values.set(idOf(parameter), parameter)
  }
  const reset = (): void => {
    values.clear()
    set(factory)
  }
  reset()
  return {
    set,
    reset,
    all: () => [...values].toSorted(([a], [b]) => a - b).map(([, parameter]) => parameter),
    listed: (ids) => ids.flatMap((id) => values.get(id) ?? []),
    number: (kind, otherwise) => {
      const found = values.get(parameterIds[kind] ?? 0)
      return found && 'value' in found && typeof found.value === 'number' ? found.value : otherwise
    },
  }
}
