import type { Message, MessageOf, Position } from '@tingzhou/jt808'
import { fromGcj02, placeFault } from '@tingzhou/geo'
import { fixFlags, type Device, type KeptWhy } from '@tingzhou/telemetry'
import { resultFor } from './handled.ts'
import { toFix, type PositionFault } from './position.ts'
import { answer, deviceOf, reply, settle, type Heard, type State } from './state.ts'

/** Takes over positions and answers when they are durable. */
export function report(
  state: State,
  heard: Heard<MessageOf<'position' | 'position_batch'>>,
  positions: readonly Position[],
  isLate: boolean,
): void {
  const taken = takePositions(state, positions, isLate)
  if (!taken) return reply(state, heard, 'failed')
  const why = taken.why ?? (isInPart(heard.message) ? 'unread' : null)
  const { asked, message } = heard
  settle(state, heard, { ...taken, why, hasReadings: true }, () =>
    answer(state, asked, message.kind === 'position' ? resultFor(state, message.body) : 'ok'),
  )
}

/** Takes over a position that the platform asked for; nothing is answered, but for a package. */
export function takeAsked(state: State, heard: Heard, position: Position): void {
  const taken = takePositions(state, [position], false)
  if (!taken) return heard.settled?.(false)
  settle(state, heard, { ...taken, hasReadings: true }, () => {
    if (heard.settled) answer(state, heard.asked, 'ok')
  })
}

/** Whether a batch holds positions that could not be read. */
const isInPart = ({ forgiven }: Message): boolean => forgiven.some(({ rule }) => rule === 'batch_item')

const whyOf: Readonly<Record<PositionFault, KeptWhy>> = {
  time_missing: 'time',
  time_ahead: 'time',
  time_long_ago: 'time',
  encrypted: 'encrypted',
  out_of_range: 'place',
}

/** What positions leave to be waited for. */
type Taken = {
  /** Why their frame is kept: some of them are none. */
  readonly why: KeptWhy | null
  readonly later: readonly Promise<boolean>[]
}

/** @returns null when the equipment has no position to be kept */
function takePositions(state: State, positions: readonly Position[], isLate: boolean): Taken | null {
  const { platform } = state
  const device = deviceOf(state)
  const point = device?.points.POS
  if (!device || point === undefined) {
    platform.counters.add('jt808.no_position_point')
    return null
  }
  let why: KeptWhy | null = null
  const later: Promise<boolean>[] = []
  for (const position of positions) {
    const previous = state.previous ?? platform.telemetry.last.fix(point)
    const fix = toFix(placeOf(device, position), previous, isLate, platform.clock())
    if ('fault' in fix) {
      platform.counters.add(`jt808.position_refused.${fix.fault}`)
      why ??= whyOf[fix.fault]
      continue
    }
    platform.intake.fix(point, fix)
    if ((fix.flags & (fixFlags.noFix | fixFlags.late)) === 0) state.previous = fix
    const slow = platform.items.take(device, position.items, fix.at)
    if (slow) later.push(slow)
  }
  return { why, later }
}

/** GCJ-02 never enters storage. */
function placeOf({ settings }: Device, position: Position): Position {
  if (settings.coordinates !== 'gcj02' || placeFault({ lon: position.longitude, lat: position.latitude }))
    return position
  const { lon, lat } = fromGcj02({ lon: position.longitude, lat: position.latitude })
  return { ...position, longitude: lon, latitude: lat }
}
