import type { MoveBody } from './api.ts'
import type { FieldSpec } from './move-specs.ts'

export type MoveValues = { readonly [field: string]: unknown }

type Line = { readonly about?: string; readonly words?: string }
type Files = readonly { readonly id: string }[]

/** The values of a form as the contract's move: only the fields that the move has. Pure. */
export function bodyOf(move: string, rev: number, specs: readonly FieldSpec[], values: MoveValues): MoveBody {
  const fields = specs.map(({ name, kind }) => [name, valueOf(kind, values[name])] as const)
  return { ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)), move, rev }
}

function valueOf(kind: FieldSpec['kind'], value: unknown): unknown {
  switch (kind) {
    case 'asks':
      return Array.isArray(value) ? value.map(askOf) : []
    case 'materials':
      return materialsOf(value)
    case 'internal':
      return value !== false
    case 'head_reason':
      return typeof value === 'string' && value.trim() !== '' ? value : null
    default:
      return value
  }
}

function askOf({ about = '', words = '' }: Line) {
  const [kind, code = null] = about.split(' ')
  return { material: kind === 'material' ? code : null, field: kind === 'field' ? code : null, words }
}

function materialsOf(value: unknown) {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value as Readonly<Record<string, Files | undefined>>).flatMap(([code, files]) =>
    files && files.length > 0 ? [{ code, fileIds: files.map(({ id }) => id) }] : [],
  )
}
