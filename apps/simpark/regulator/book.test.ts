import { describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { render, type DocumentsPage } from '@tingzhou/wlhy'
import { examples } from '@tingzhou/wlhy/examples'
import { openBook, type Accepted } from './book.ts'

const vehicle = (n: number): Accepted => ({
  enterpriseCode: 'SIM1',
  kind: 'vehicle',
  reference: `r${n}`,
  record: render('fujian-2.0', 'vehicle', { ...examples.vehicle, plate: `T${String(n).padStart(3, '0')}` }),
  at: epochMs(Date.UTC(2026, 10, 5)),
})

describe('the book of the monitoring system', () => {
  it('lists a month a page at a time, each document once, in order', () => {
    const book = openBook()
    for (const n of [4, 1, 3, 0, 2]) book.keep(vehicle(n))
    const pages: DocumentsPage[] = []

    for (let after: string | null = ''; after !== null; after = pages.at(-1)?.next ?? null)
      pages.push(book.pageOf('SIM1', '2026-11', 'vehicle', after, 2))

    expect(pages.map(({ rows }) => rows.map(({ key }) => key))).toEqual([
      ['T000 2', 'T001 2'],
      ['T002 2', 'T003 2'],
      ['T004 2'],
    ])
  })

  it('is full at its limit, also of references to one document', () => {
    const small = openBook(2)
    for (const n of [1, 2]) small.keep(vehicle(n))
    const repeated = openBook(2)
    for (const n of Array.from({ length: 10 }, (_, i) => i)) repeated.keep({ ...vehicle(1), reference: `x${n}` })

    expect([openBook(3).isFull(), small.isFull(), repeated.isFull()]).toEqual([false, true, true])
    expect(repeated.received('vehicle')).toMatchObject([{ times: 10 }])
  })

  it('forgets which waybills a fund flow told of when it is sent again with others', () => {
    const book = openBook()
    const flow = (number: string): Accepted => ({
      ...vehicle(0),
      kind: 'fund_flow',
      record: render('fujian-2.0', 'fund_flow', {
        ...examples.fund_flow,
        notes: [{ number, serial: '0000', totalFen: 250_400 }],
      }),
    })
    book.keep(flow('A'))
    book.keep(flow('B'))

    expect(book.flowOf('SIM1', 'A 0000')).toBeUndefined()
    expect(book.flowOf('SIM1', 'B 0000')?.times).toBe(2)
  })
})
