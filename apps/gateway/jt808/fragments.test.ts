import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import type { TestTerminal } from '../testing.ts'
import type { Medium } from './platform.ts'
import { openStage, type Stage } from './testing.ts'

const phone = '13800138000'
let test: TestDatabase
let stage: Stage
let media: Medium[]
let failures: number

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(async () => {
  media = []
  failures = 0
  stage = await openStage(test, async (_device, medium) => {
    if (failures-- > 0) throw new Error('the disk is full')
    media.push(medium)
  })
  await stage.addTruck(phone, { before2019: '2011' })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await stage.close()
})

const pieces = [Uint8Array.of(0xff, 0xd8, 1), Uint8Array.of(2, 3), Uint8Array.of(4), Uint8Array.of(5, 0xff, 0xd9)]
const whole = [0xff, 0xd8, 1, 2, 3, 4, 5, 0xff, 0xd9]

function say(terminal: TestTerminal, partIndex: number, mediaId = 7): number {
  const what = { mediaId, mediaKind: 'image', format: 'jpeg', event: 'platform_order', channel: 1 } as const
  const header = terminal.header()
  const data = pieces[partIndex - 1] ?? new Uint8Array(0)
  terminal.send({ kind: 'media_data', header, body: { ...what, partCount: pieces.length, partIndex, data } })
  return header.serial
}

/** A message that is answered, so that all before it was heard. */
async function nothingHeard(terminal: TestTerminal): Promise<void> {
  const header = terminal.header()
  terminal.send({ kind: 'heartbeat', header, body: {} })
  expect(await terminal.next()).toMatchObject({ kind: 'platform_answer', body: { answeredSerial: header.serial } })
}

describe('a medium that comes in pieces', () => {
  it('is one file, in whichever order they come, and is answered once, when it is whole', async () => {
    const terminal = await stage.connect(phone, '2011')
    await terminal.admit()

    for (const index of [3, 1, 1, 4]) say(terminal, index)
    await nothingHeard(terminal)
    expect(media).toEqual([])
    const serial = say(terminal, 2)

    expect(await terminal.next()).toMatchObject({
      kind: 'media_answer',
      body: { answeredSerial: serial, mediaId: 7 },
    })
    expect(media).toHaveLength(1)
    expect([...(media[0]?.data ?? [])]).toEqual(whole)
    // The answer was lost on its way.
    say(terminal, 4)
    expect(await terminal.next()).toMatchObject({ kind: 'media_answer', body: { mediaId: 7 } })
    expect(media).toHaveLength(1)
  })

  it('is not mixed up with another one at the same time', async () => {
    const terminal = await stage.connect(phone, '2011')
    await terminal.admit()

    for (const index of [1, 2, 3, 4]) for (const mediaId of [7, 8]) say(terminal, index, mediaId)

    for (const mediaId of [7, 8])
      expect(await terminal.next()).toMatchObject({ kind: 'media_answer', body: { mediaId } })
    expect(media.map(({ mediaId, data }) => [mediaId, [...data]])).toEqual([
      [7, whole],
      [8, whole],
    ])
  })

  it('whose first pieces nobody has any more is asked for those', async () => {
    const terminal = await stage.connect(phone, '2011')
    await terminal.admit()
    let nowMs = performance.now()
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs)

    say(terminal, 3)
    const serial = say(terminal, 4)
    await nothingHeard(terminal)
    nowMs += 31_000

    expect(await terminal.next()).toMatchObject({
      kind: 'media_answer',
      body: { answeredSerial: serial, mediaId: 7, indexes: [1, 2] },
    })
    for (const index of [1, 2]) say(terminal, index)
    expect(await terminal.next()).toMatchObject({ kind: 'media_answer', body: { mediaId: 7 } })
    expect(media.map(({ data }) => [...data])).toEqual([whole])
  })

  it('that could not be kept is not answered, and is kept when it comes again', async () => {
    failures = 1
    const terminal = await stage.connect(phone, '2011')
    await terminal.admit()

    for (const index of [1, 2, 3, 4]) say(terminal, index)
    await nothingHeard(terminal)
    for (const index of [1, 2, 3, 4]) say(terminal, index)

    expect(await terminal.next()).toMatchObject({ kind: 'media_answer', body: { mediaId: 7 } })
    expect(media.map(({ data }) => [...data])).toEqual([whole])
  })

  it('with a piece that cannot be is refused', async () => {
    const terminal = await stage.connect(phone, '2011')
    await terminal.admit()

    const serial = say(terminal, 5)

    expect(await terminal.next()).toMatchObject({
      kind: 'platform_answer',
      body: { answeredSerial: serial, answeredId: 0x0801, result: 'failed' },
    })
    expect(stage.gateway.counters.read()['jt808.parts_refused.index']).toBe(1)
  })
})
