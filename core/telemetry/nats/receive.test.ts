import { pino } from 'pino'
import { expect, it } from 'vitest'
import { sampleKind } from '../kind.ts'
import { newReadings, packReadings } from '../readings.ts'
import { addSample } from '../sample.ts'
import { keepMessage } from './receive.ts'

const log = pino({ level: 'silent' })
const readings = newReadings(sampleKind)
addSample(readings, 7, 1, 1)
const data = packReadings([readings])

/** A message of a connection, and what NATS is told of it. */
function message(isClosed: boolean, bytes = data) {
  const told: string[] = []
  const tell = (word: string) => {
    told.push(word)
    if (isClosed) throw new Error('closed connection')
  }
  return {
    told,
    data: bytes,
    seq: 1,
    ack: () => tell('ack'),
    nak: (againAfterMs?: number) => tell(`again after ${againAfterMs} ms`),
  }
}

it.each([
  ['is open', false],
  ['was closed meanwhile', true],
])(
  'NATS is told once what became of a message, and nothing breaks where the connection %s',
  async (_name, isClosed) => {
    const [kept, broken, unreadable] = [message(isClosed), message(isClosed), message(isClosed, Uint8Array.of(99))]

    await keepMessage({ telemetry: { ingest: () => Promise.resolve() }, log }, kept)
    await keepMessage({ telemetry: { ingest: () => Promise.reject(new Error('the disk is full')) }, log }, broken)
    await keepMessage({ telemetry: { ingest: () => Promise.resolve() }, log }, unreadable)

    expect([kept.told, broken.told, unreadable.told]).toEqual([
      ['ack'],
      ['again after 1000 ms'],
      ['again after 60000 ms'],
    ])
  },
)
