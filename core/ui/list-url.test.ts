import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import {
  apiQuery,
  fitInput,
  listKeys,
  viewAddress,
  nextSort,
  readParams,
  readSort,
  viewQuery,
  withParams,
  type ListFilter,
} from './list-url.ts'

const schema = z.object({
  q: z.string().optional(),
  sort: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.int().max(200).optional(),
  states: z.array(z.enum(['handling', 'closed'])).optional(),
  level: z.int().min(1).max(3).optional(),
  overdue: z.boolean().optional(),
})
const filters: readonly ListFilter[] = [
  { kind: 'choice', key: 'states', label: 's', options: [], multiple: true },
  { kind: 'choice', key: 'level', label: 'l', options: [] },
  { kind: 'flag', key: 'overdue', label: 'o' },
  { kind: 'dates', from: 'since', to: 'until', label: 'd' },
]

describe('the address of a list', () => {
  it('gives back the filters it was given', () => {
    const query = withParams(new URLSearchParams(), {
      q: '电',
      states: ['handling', 'closed'],
      level: '2',
      overdue: 'true',
    })

    const params = readParams(query, filters)

    expect(params).toEqual({ q: '电', states: ['handling', 'closed'], level: '2', overdue: 'true' })
    expect(fitInput(schema, params)).toEqual({ q: '电', states: ['handling', 'closed'], level: 2, overdue: true })
  })

  it('drops what the contract refuses and keeps the rest', () => {
    const params = readParams(new URLSearchParams('states=nonsense&level=9&q=x&unknown=1'), filters)

    expect(fitInput(schema, params)).toEqual({ q: 'x' })
  })

  it('goes back to the first page when a filter changes', () => {
    const query = new URLSearchParams('after=abc&q=x')

    expect(withParams(query, { level: '1' }).toString()).toBe('q=x&level=1')
    expect(withParams(query, { after: 'def' }).get('after')).toBe('def')
  })

  it('names a view by its filters, not by its page', () => {
    expect(viewQuery(new URLSearchParams('q=x&after=abc&level=1&tab=2'), listKeys(filters))).toBe('level=1&q=x')
  })
})

describe('a view inside another page', () => {
  it('leaves the names of others alone', () => {
    expect(viewAddress(new URLSearchParams('tab=appeals&q=x'), listKeys(filters), 'level=1')).toBe(
      '?tab=appeals&level=1',
    )
    expect(viewAddress(new URLSearchParams('q=x'), listKeys(filters), '')).toBe('?')
  })
})

describe('order', () => {
  it('goes up, down, away', () => {
    expect(nextSort(undefined, 'dueAt')).toBe('dueAt')
    expect(nextSort('dueAt', 'dueAt')).toBe('-dueAt')
    expect(nextSort('-dueAt', 'dueAt')).toBeNull()
    expect(nextSort('-dueAt', 'no')).toBe('no')
    expect(readSort('-dueAt')).toEqual({ key: 'dueAt', down: true })
  })
})

describe('the export link', () => {
  it('writes lists in the notation of the API', () => {
    expect(apiQuery({ states: ['handling', 'closed'], q: undefined, level: 2 })).toBe(
      'states%5B0%5D=handling&states%5B1%5D=closed&level=2',
    )
  })
})
