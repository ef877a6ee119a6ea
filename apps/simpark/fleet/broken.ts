import { decode, encode, encodeBody, type Outgoing } from '@tingzhou/jt808'
import { noise } from './noise.ts'
import type { State } from './state.ts'
import type { Truck } from './truck.ts'

/** What goes wrong, and up to which throw of the dice. */
const ways: readonly (readonly [upTo: number, spoil: Spoil])[] = [
  [0.25, turnBit],
  [0.45, cut],
  [0.6, glue],
  [0.7, double],
  [0.8, withBody('digits')],
  [0.87, withBody('early')],
  [0.94, withBody('late')],
  [1, fromClone],
]

/** What of a terminal decides what goes wrong. */
export type Line = Pick<State, 'serial' | 'readOptions'> & { readonly truck: Pick<Truck, 'seed'> }

type Spoil = (parts: {
  readonly state: Line
  readonly frame: Uint8Array
  /** The head of a further message of this terminal. */
  readonly header: () => Outgoing['header']
}) => Uint8Array

/**
 * A frame as it comes out of a bad line or a bad terminal: a bit turned over, the end cut off, glued to the next by one flag, doubled.
 * Beside a report another one comes, whose time has a month 1A, is that of a receiver without satellites (70-01-01) or of
 * tomorrow; or one under the phone of another truck.
 * Source: what gateways meet in the field; JT/T 808 gateway duties. O(length).
 */
export function broken(state: Line, frame: Uint8Array, header: () => Outgoing['header']): Uint8Array {
  const dice = noise(state.truck.seed, 82, state.serial)
  const spoil = ways.find(([upTo]) => dice < upTo)?.[1] ?? double
  return spoil({ state, frame, header })
}

const placeIn = ({ truck, serial }: Line, { length }: Uint8Array): number =>
  1 + Math.floor(noise(truck.seed, 83, serial) * (length - 2))

function turnBit({ state, frame }: Parameters<Spoil>[0]): Uint8Array {
  const at = placeIn(state, frame)
  return frame.map((byte, i) => (i === at ? byte ^ (1 << (at % 8)) : byte))
}

function cut({ state, frame }: Parameters<Spoil>[0]): Uint8Array {
  return frame.slice(0, placeIn(state, frame))
}

function glue({ frame, header }: Parameters<Spoil>[0]): Uint8Array {
  const beat = encode({ kind: 'heartbeat', header: header(), body: {} })
  return Buffer.concat([frame, beat.subarray(1)])
}

function double({ frame }: Parameters<Spoil>[0]): Uint8Array {
  return Buffer.concat([frame, frame])
}

/** Where the time stands in a report, six bytes of two digits each. */
const timeAt = 22
const times = { digits: [1, [0x1a]], early: [0, [0x70, 0x01, 0x01, 0x00, 0x00, 0x00]] } as const
const dayMs = 86_400_000

/** The frame, and after it a report with another time; of what is no report a second one. */
function withBody(time: 'digits' | 'early' | 'late'): Spoil {
  return ({ state, frame, header }) => {
    const message = decode(frame, state.readOptions)
    if (message.kind !== 'position') return Buffer.concat([frame, frame])
    const own = header()
    const { body } = message
    if (time === 'late') {
      const late = { ...body, timeMs: (body.timeMs ?? 0) + dayMs }
      return Buffer.concat([frame, encode({ kind: 'position', header: own, body: late })])
    }
    const bytes = Uint8Array.from(encodeBody({ kind: 'position', header: own, body }))
    const [from, digits] = times[time]
    bytes.set(digits, timeAt + from)
    return Buffer.concat([frame, encode({ kind: 'unknown', id: message.id, header: own, body: { bytes } })])
  }
}

/** The frame, and after it the same from a terminal that was cloned: under the phone of the truck before. */
function fromClone({ state, frame, header }: Parameters<Spoil>[0]): Uint8Array {
  const message = decode(frame, state.readOptions)
  if (message.kind !== 'position') return Buffer.concat([frame, frame])
  const phone = String(BigInt(message.header.phone) - 1n)
  return Buffer.concat([frame, encode({ kind: 'position', header: { ...header(), phone }, body: message.body })])
}
