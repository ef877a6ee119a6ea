import * as z from 'zod'
import { problem, ruleText } from '@tingzhou/http'
import type { Protocol } from './protocol.ts'
import { isCalled, SetValue, sourceForms, type DeviceSource } from './source-contract.ts'

const area = 'telemetry'
const zodTexts = { 'zh-CN': z.locales.zhCN().localeError, en: z.locales.en().localeError }
type Lang = keyof typeof zodTexts

/**
 * Where the machine of a device is, as somebody wrote it.
 * @returns null for a protocol whose devices call themselves
 * @throws ProblemError 422 naming each field that the protocol does not have so
 */
export function sourceFor(protocol: Protocol, given: unknown, lang: Lang): DeviceSource | null {
  if (!isCalled(protocol)) {
    if (given === null) return null
    throw problem({
      kind: 'source_unknown',
      status: 422,
      area,
      field: 'source',
      value: null,
      rule: 'absent',
      meta: { protocol },
    })
  }
  if (given === null)
    throw problem({
      kind: 'source_missing',
      status: 422,
      area,
      field: 'source',
      value: null,
      rule: 'required',
      meta: { protocol },
    })
  const read = sourceForms[protocol].safeParse(given, { error: zodTexts[lang] })
  if (read.success) return read.data
  const errors = read.error.issues.slice(0, errorsMax).map(({ path, code, message }) => ({
    field: ['source', ...path.map(String)].join('.'),
    value: valueAt(given, path),
    rule: code === 'custom' ? message : code,
    message: ruleText(lang, message) ?? message,
  }))
  throw problem({ kind: 'source_malformed', status: 422, area, errors, meta: { field: errors[0]?.field ?? 'source' } })
}

const errorsMax = 50

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    given,
  )
}

/** Why a value is not written: a field of the order, and the rule that it breaks. */
export type WriteFault = { readonly field: 'point' | 'value'; readonly value: string | number; readonly rule: string }

/** Why a machine is not told to set a value; null when it may be. Pure. O(points). */
export function writeFault(source: DeviceSource | null | undefined, { point, value }: SetValue): WriteFault | null {
  // Of either form: what they share is enough.
  const points: readonly { key: string; write: { low: number; high: number } | null }[] = source?.points ?? []
  const writable = points.filter(({ write }) => write !== null)
  const found = writable.find(({ key }) => key === point)
  if (!found?.write) {
    const keys = writable.map(({ key }) => key)
    return {
      field: 'point',
      value: point,
      rule: keys.length > 0 ? keys.slice(0, 20).join(', ') : 'no point is written',
    }
  }
  const { low, high } = found.write
  return value < low || value > high ? { field: 'value', value, rule: `${low} … ${high}` } : null
}

/** Whether a machine may be told so. @throws ProblemError 422 */
export function checkSetValue(source: DeviceSource | null, body: unknown): void {
  const read = SetValue.safeParse(body)
  const fault = read.success ? writeFault(source, read.data) : faultOf(read.error)
  if (!fault) return
  const { field, value, rule } = fault
  throw problem({ kind: 'value_not_settable', status: 422, area, field: `body.${field}`, value, rule, meta: { rule } })
}

function faultOf({ issues }: z.ZodError): { field: string; value: null; rule: string } {
  const [first] = issues
  return { field: first?.path.map(String).join('.') ?? '', value: null, rule: first?.message ?? 'point and value' }
}
