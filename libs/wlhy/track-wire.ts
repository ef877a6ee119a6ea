import { formatTime, parseTime } from '@tingzhou/hj212'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { AdapterId, AnswerReason, WireRequest } from './adapter.ts'
import { readAnswer } from './answers.ts'
import wire from './data/wire.json' with { type: 'json' }
import { faultAt, type Fault } from './fault.ts'
import { guideOf } from './guide.ts'
import { isObject, readObject, told, type JsonObject } from './json.ts'
import {
  trackFaultsOf,
  trackIntervalMaxMs,
  trackIntervalMinMs,
  trackNotesMax,
  trackSteps,
  type ShippingNote,
  type TrackAnswer,
  type TrackMessage,
  type TrackPosition,
  type TrackReport,
} from './track.ts'

export const trackPath = wire.own.trackPath.path

const contentType = 'application/json; charset=utf-8'

/**
 * Writes a message of a track; coordinates with six decimals.
 * @param token  what `auth` or the token request gave; empty for `auth`
 * Source: names of the ministry's kit for phones; the envelope is own. O(notes).
 */
export const trackRequest = (token: string, message: TrackMessage): WireRequest => ({
  path: trackPath,
  contentType,
  body: JSON.stringify({ header: { token, action: message.action }, body: bodyOf(message) }),
})

function bodyOf(message: TrackMessage): object {
  if (message.action === 'auth') {
    const { appId, appSecurity, enterpriseCode, environment } = message
    return { appId, appSecurity, enterpriseSenderCode: enterpriseCode, environment }
  }
  const { plate, driverName, remark, position, notes } = message
  const place = position && {
    longitude: degrees(position.lonDeg),
    latitude: degrees(position.latDeg),
    dateTime: formatTime(position.at),
  }
  return { vehicleNumber: plate, driverName, remark, position: place, shippingNotes: notes.map(noteOnWire) }
}

const degrees = (value: number): string => value.toFixed(6)

const noteOnWire = (note: ShippingNote) => ({
  shippingNoteNumber: note.number,
  serialNumber: note.serial,
  startCountrySubdivisionCode: note.startDivisionCode,
  endCountrySubdivisionCode: note.endDivisionCode,
  startLongitude: degrees(note.startLonDeg),
  startLatitude: degrees(note.startLatDeg),
  endLongitude: degrees(note.endLonDeg),
  endLatitude: degrees(note.endLatDeg),
  startLocationText: note.startText,
  endLocationText: note.endText,
  vehicleNumber: note.plate,
  driverName: note.driverName,
  interval: note.intervalMs,
})

/**
 * The regulator's side of `trackRequest`.
 * @returns the message without faults, and the token it came with
 * O(length).
 */
export function readTrackRequest(
  text: string,
): Result<{ readonly token: string; readonly message: TrackMessage }, Fault> {
  const read = readObject(text)
  if (!read.ok) return read
  const { header, body } = read.value
  if (!isObject(header) || !isObject(body)) return err(faultAt('header', '', 'json_object'))
  const message = messageOf(told(header.action), body)
  if (!message.ok) return message
  const [fault] = trackFaultsOf(message.value)
  return fault ? err(fault) : ok({ token: textIn(header, 'token'), message: message.value })
}

function messageOf(action: string, body: JsonObject): Result<TrackMessage, Fault> {
  if (action === 'auth') return authOf(body)
  const step = trackSteps.find((known) => known === action)
  if (!step) return err(faultAt('action', action, 'known_action'))
  const position = positionOf(body.position)
  if (!position.ok) return position
  const notes: unknown = body.shippingNotes
  if (!Array.isArray(notes) || notes.length > trackNotesMax || !notes.every(isObject))
    return err(faultAt('notes', '', `rows 1 ${trackNotesMax}`))
  return ok({
    action: step,
    plate: textIn(body, 'vehicleNumber'),
    driverName: textIn(body, 'driverName'),
    remark: textIn(body, 'remark'),
    position: position.value,
    notes: notes.map(noteOf),
  } satisfies TrackReport)
}

function authOf(body: JsonObject): Result<TrackMessage, Fault> {
  const { environment } = body
  if (environment !== 'debug' && environment !== 'release')
    return err(faultAt('environment', told(environment), 'debug_or_release'))
  const [appId, appSecurity] = [textIn(body, 'appId'), textIn(body, 'appSecurity')]
  return ok({ action: 'auth', appId, appSecurity, enterpriseCode: textIn(body, 'enterpriseSenderCode'), environment })
}

function positionOf(value: unknown): Result<TrackPosition | null, Fault> {
  if (value === null || value === undefined) return ok(null)
  if (!isObject(value)) return err(faultAt('position', '', 'json_object'))
  const at = parseTime(textIn(value, 'dateTime'))
  if (at === null) return err(faultAt('position.at', textIn(value, 'dateTime'), 'time YYYYMMDDhhmmss'))
  return ok({ lonDeg: degreesIn(value, 'longitude'), latDeg: degreesIn(value, 'latitude'), at })
}

const noteOf = (note: JsonObject): ShippingNote => ({
  number: textIn(note, 'shippingNoteNumber'),
  serial: textIn(note, 'serialNumber'),
  startDivisionCode: textIn(note, 'startCountrySubdivisionCode'),
  endDivisionCode: textIn(note, 'endCountrySubdivisionCode'),
  startLonDeg: degreesIn(note, 'startLongitude'),
  startLatDeg: degreesIn(note, 'startLatitude'),
  endLonDeg: degreesIn(note, 'endLongitude'),
  endLatDeg: degreesIn(note, 'endLatitude'),
  startText: textIn(note, 'startLocationText'),
  endText: textIn(note, 'endLocationText'),
  plate: textIn(note, 'vehicleNumber'),
  driverName: textIn(note, 'driverName'),
  intervalMs: typeof note.interval === 'number' ? note.interval : Number.NaN,
})

const textIn = (value: JsonObject, name: string): string => {
  const text = value[name]
  return typeof text === 'string' ? text : ''
}
/** NaN where it is no decimal of at most six places. */
const degreesIn = (value: JsonObject, name: string): number => {
  const text = textIn(value, name)
  return /^-?\d{1,3}\.\d{1,6}$/.test(text) ? Number(text) : Number.NaN
}

export type TrackSaid = { readonly intervalMs: number | null; readonly session: string | null }

/** The regulator's answer to a track. O(1). */
export const printTrackAnswer = (
  adapter: AdapterId,
  reason: AnswerReason,
  text: string,
  { intervalMs, session }: TrackSaid,
): string =>
  JSON.stringify({ code: guideOf(adapter).codeOf(reason), msg: text, data: { interval: intervalMs, session } })

/**
 * Reads an answer to a track; an interval below a second or above an hour is brought to it.
 * O(length).
 */
export function readTrackAnswer(adapter: AdapterId, text: string): TrackAnswer {
  const answer = readAnswer(guideOf(adapter), text)
  const read = readObject(text)
  const data = read.ok ? read.value.data : null
  if (!isObject(data)) return { ...answer, intervalMs: null, session: null }
  const { interval, session } = data
  const isSession = typeof session === 'string' && /^[\x21-\x7e]{1,2048}$/.test(session)
  return { ...answer, intervalMs: intervalIn(interval), session: isSession ? session : null }
}

const intervalIn = (interval: unknown): number | null =>
  typeof interval === 'number' && Number.isSafeInteger(interval)
    ? Math.min(trackIntervalMaxMs, Math.max(trackIntervalMinMs, interval))
    : null
