import type { EpochMs } from '@tingzhou/kernel'
import type { Answer } from './adapter.ts'
import { faultAt, type Fault } from './fault.ts'
import { isCode } from './fields.ts'

/** One waybill on its way, as a track names it. WGS-84 degrees. */
export type ShippingNote = {
  readonly number: string
  readonly serial: string
  readonly startDivisionCode: string
  readonly endDivisionCode: string
  readonly startLonDeg: number
  readonly startLatDeg: number
  readonly endLonDeg: number
  readonly endLatDeg: number
  readonly startText: string
  readonly endText: string
  readonly plate: string
  readonly driverName: string
  /** The interval that the last answer gave; 0 before the first. */
  readonly intervalMs: number
}

export type TrackPosition = { readonly lonDeg: number; readonly latDeg: number; readonly at: EpochMs }

/** Signs a device in. */
export type TrackAuth = {
  readonly action: 'auth'
  readonly appId: string
  readonly appSecurity: string
  readonly enterpriseCode: string
  readonly environment: 'debug' | 'release'
}

export const trackSteps = ['start', 'send', 'pause', 'restart', 'stop'] as const
export type TrackStep = (typeof trackSteps)[number]

/** A step of a track. Whoever drives is told by plate and name; `position` is where and when. */
export type TrackReport = {
  readonly action: TrackStep
  readonly plate: string
  readonly driverName: string
  readonly remark: string
  readonly position: TrackPosition | null
  readonly notes: readonly ShippingNote[]
}
export type TrackMessage = TrackAuth | TrackReport

/** `intervalMs`: when the next `send` is wanted; `session`: what `auth` gave. */
export type TrackAnswer = Answer & { readonly intervalMs: number | null; readonly session: string | null }

/** Whoever reports tracks: a phone with the ministry's kit, or a platform for its terminals. */
export type TrackReporter = {
  readonly auth: (message: Omit<TrackAuth, 'action'>) => Promise<TrackAnswer>
} & { readonly [step in TrackStep]: (report: Omit<TrackReport, 'action'>) => Promise<TrackAnswer> }

export const trackNotesMax = 20
/** An interval that an answer asks for is kept between a second and an hour. */
export const trackIntervalMinMs = 1_000
export const trackIntervalMaxMs = 3_600_000

const noteLengths = [
  ['number', 20],
  ['serial', 4],
  ['startText', 256],
  ['endText', 256],
  ['plate', 35],
  ['driverName', 30],
] as const
const driverLengths = [
  ['plate', 35],
  ['driverName', 30],
] as const
const authLengths = [
  ['appId', 100],
  ['appSecurity', 200],
  ['enterpriseCode', 35],
] as const
const remarkLengthMax = 256

/**
 * What is wrong in a message, by the names of its fields here.
 * Source: calls of the ministry's kit for phones as its wrappers quote them; lengths of the waybill. O(notes).
 */
export function trackFaultsOf(message: TrackMessage): readonly Fault[] {
  if (message.action === 'auth') return textFaults('', message, authLengths)
  const { notes, position, remark } = message
  const count = notes.length
  return [
    ...textFaults('', message, driverLengths),
    ...([...remark].length > remarkLengthMax ? [faultAt('remark', remark, `length_max ${remarkLengthMax}`)] : []),
    ...(count < 1 || count > trackNotesMax ? [faultAt('notes', String(count), `rows 1 ${trackNotesMax}`)] : []),
    ...(position ? positionFaults(position) : needsPosition(message.action)),
    ...notes.slice(0, trackNotesMax).flatMap((note, index) => noteFaults(`notes.${index}.`, note)),
  ]
}

const needsPosition = (action: TrackStep): readonly Fault[] =>
  action === 'send' ? [faultAt('position', '', 'needed')] : []

const positionFaults = ({ lonDeg, latDeg }: TrackPosition): readonly Fault[] => [
  ...degreeFault('position.lonDeg', lonDeg, 180),
  ...degreeFault('position.latDeg', latDeg, 90),
]

function noteFaults(path: string, note: ShippingNote): readonly Fault[] {
  const codes = ['startDivisionCode', 'endDivisionCode'] as const
  const unknown = codes.filter((name) => !isCode('division', 'fujian-2.0', note[name]))
  const { intervalMs } = note
  const isInterval = Number.isSafeInteger(intervalMs) && intervalMs >= 0 && intervalMs <= trackIntervalMaxMs
  return [
    ...textFaults(path, note, noteLengths),
    ...(/^\d{4}$/.test(note.serial) ? [] : [faultAt(`${path}serial`, note.serial, 'known_code serial')]),
    ...unknown.map((name) => faultAt(path + name, note[name], 'known_code division')),
    ...degreeFault(`${path}startLonDeg`, note.startLonDeg, 180),
    ...degreeFault(`${path}startLatDeg`, note.startLatDeg, 90),
    ...degreeFault(`${path}endLonDeg`, note.endLonDeg, 180),
    ...degreeFault(`${path}endLatDeg`, note.endLatDeg, 90),
    ...(isInterval ? [] : [faultAt(`${path}intervalMs`, String(intervalMs), `0 to ${trackIntervalMaxMs}`)]),
  ]
}

/** NaN is within nothing. */
const degreeFault = (path: string, degrees: number, most: number): readonly Fault[] =>
  Math.abs(degrees) <= most ? [] : [faultAt(path, String(degrees), `-${most} to ${most}`)]

/** Texts that must be there, and their most characters. */
function textFaults<N extends string>(
  path: string,
  texts: { readonly [name in N]: string },
  most: readonly (readonly [N, number])[],
): readonly Fault[] {
  return most.flatMap(([name, lengthMax]) => {
    const text = texts[name]
    if (text === '') return [faultAt(path + name, '', 'needed')]
    if (/[\p{Cc}\p{Cs}]/u.test(text)) return [faultAt(path + name, text, 'no_control_characters')]
    return [...text].length > lengthMax ? [faultAt(path + name, text, `length_max ${lengthMax}`)] : []
  })
}
