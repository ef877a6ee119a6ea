import { readHistory } from '@tingzhou/audit'
import { at, type Db } from '@tingzhou/db'
import type { Deps } from '@tingzhou/http'
import { epochMs, keptWords, type EpochMs } from '@tingzhou/kernel'
import { fixFlags } from '@tingzhou/telemetry'
import type { TimerSource } from '@tingzhou/timers'
import { readTrackAnswer, trackFaultsOf, trackRequest, type TrackPosition, type TrackReport } from '@tingzhou/wlhy'
import type { Said } from './channel.ts'
import { findRegulator, type Regulator } from './regulator.ts'
import type { UploadSender } from './sender.ts'
import './tables.ts'
import { decideTrack, stepOf } from './track-rule.ts'
import { claimTracks, nextTrack, type DueTrack } from './track-rows.ts'

/** Reports trips while they last: over the channel of the uploads, after the commit, outside every transaction. */
export type TrackReporter = { readonly source: TimerSource; readonly settled: () => Promise<void> }

export type TrackDeps = Pick<Deps, 'db' | 'zoneId' | 'clock' | 'log' | 'telemetry'> & { readonly sender: UploadSender }

const togetherMax = 4

/** Makes the reporter of a server. */
export function createTrackReporter(deps: TrackDeps): TrackReporter {
  const { db, zoneId, sender, log } = deps
  const underWay = new Set<Promise<void>>()
  /** Who is told, by which password. Documents find out whether a silent regulator answers again. */
  const opened = async () => {
    const regulator = await findRegulator(db, zoneId)
    if (!regulator?.isOn || !regulator.tracks || sender.channel.silentSince() !== null) return null
    const password = await sender.passwordOf(regulator)
    return password === null ? null : { regulator, password }
  }
  const launch = (regulator: Regulator, password: string, due: DueTrack) => {
    const work = tell(deps, regulator, password, due)
      .catch((error: unknown) => log.error({ err: error, waybillId: due.waybillId }, 'a trip could not be reported'))
      .finally(() => underWay.delete(work))
    underWay.add(work)
  }
  const nextDue = async () => (underWay.size < togetherMax && (await opened()) !== null ? nextTrack(db, zoneId) : null)
  const fire = async (now: EpochMs): Promise<number> => {
    const told = await opened()
    if (!told) return 0
    const due = await claimTracks(db, zoneId, now, togetherMax - underWay.size)
    for (const one of due) launch(told.regulator, told.password, one)
    return due.length
  }
  return {
    source: { name: 'freight.tracks', fireDue: async (now) => ({ fired: await fire(now), failed: 0 }), nextDue },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}

async function tell(deps: TrackDeps, regulator: Regulator, password: string, due: DueTrack): Promise<void> {
  const position = await positionOf(deps, due)
  // Nothing new of the truck: it is looked at again when the regulator would have heard of it.
  if (due.state === 'under_way' && position === null)
    return keep(deps, due, { outcome: 'accepted', code: '', text: '' }, due.intervalMs, null)
  const message = reportOf(due, position)
  const [fault] = trackFaultsOf(message)
  if (fault) return keep(deps, due, { outcome: 'rejected', code: fault.rule, text: fault.field }, due.intervalMs, null)
  const reply = await deps.sender.channel.call(regulator, password, (token) => trackRequest(token, message))
  if (!reply.ok) return keep(deps, due, reply.error, due.intervalMs, null)
  const { intervalMs, ...answer } = readTrackAnswer(regulator.adapter, reply.value)
  if (answer.outcome === 'token') deps.sender.channel.forgetToken()
  return keep(deps, due, answer, intervalMs ?? due.intervalMs, position)
}

function reportOf(due: DueTrack, position: TrackPosition | null): TrackReport {
  const { number, serial, plate, driverName, from, to, intervalMs } = due
  return {
    action: stepOf[due.state],
    plate,
    driverName,
    remark: '',
    position,
    notes: [
      {
        number,
        serial,
        startDivisionCode: from.divisionCode,
        endDivisionCode: to.divisionCode,
        startLonDeg: from.lonDeg,
        startLatDeg: from.latDeg,
        endLonDeg: to.lonDeg,
        endLatDeg: to.latDeg,
        startText: from.text,
        endText: to.text,
        plate,
        driverName,
        intervalMs: due.state === 'starting' ? 0 : intervalMs,
      },
    ],
  }
}

/**
 * Where the truck was, since the last time: by the terminal that it left with, else by the step of the driver's phone that told a
 * position last. Null: nothing newer is known.
 */
async function positionOf({ db, zoneId, telemetry }: TrackDeps, due: DueTrack): Promise<TrackPosition | null> {
  const after = due.positionedAt ?? (due.departedAt ?? 0) - 1
  const fix = due.point === null ? undefined : telemetry.last.fix(due.point)
  if (fix && fix.at > after && (fix.flags & (fixFlags.noFix | fixFlags.jump)) === 0)
    return { lonDeg: fix.lonDeg, latDeg: fix.latDeg, at: epochMs(fix.at) }
  const step = await stepPosition(db, zoneId, due.waybillId)
  return step && step.at > after ? step : null
}

async function stepPosition(db: Db, zoneId: string, waybillId: string): Promise<TrackPosition | null> {
  for (const { at: when, data } of await readHistory(db, zoneId, waybillId, { limit: 20, order: 'desc' })) {
    const place = placeIn(data)
    if (place) return { ...place, at: when }
  }
  return null
}

/** What a step of a phone left in the history. */
function placeIn(data: unknown): { readonly lonDeg: number; readonly latDeg: number } | null {
  if (typeof data !== 'object' || data === null || !('position' in data)) return null
  const { position } = data
  if (typeof position !== 'object' || position === null || !('lonDeg' in position) || !('latDeg' in position))
    return null
  const { lonDeg, latDeg } = position
  return typeof lonDeg === 'number' && typeof latDeg === 'number' ? { lonDeg, latDeg } : null
}

/** Writes down what was said of a trip; a trip that was ended meanwhile keeps its end. One statement. */
async function keep(
  { db, zoneId, clock }: TrackDeps,
  due: DueTrack,
  { outcome, code, text }: Pick<Said, 'outcome' | 'code' | 'text'>,
  intervalMs: number,
  position: TrackPosition | null,
): Promise<void> {
  const now = clock()
  const { state, nextAt, taken } = decideTrack(due.state, outcome, { attempts: due.attempts, intervalMs }, now)
  await db
    .updateTable('freight_track')
    .set(({ eb }) => ({
      state,
      next_at: nextAt === null ? null : at(nextAt),
      interval_ms: intervalMs,
      attempts: taken ? 0 : due.attempts,
      answer_code: keptWords(code).slice(0, 40),
      answer_text: keptWords(text),
      ...(taken && position
        ? {
            sent: eb('sent', '+', 1),
            lon_deg: position.lonDeg,
            lat_deg: position.latDeg,
            positioned_at: at(position.at),
          }
        : {}),
      ...(taken && due.state === 'starting' ? { started_at: at(now) } : {}),
      ...(state === 'stopped' ? { stopped_at: at(now) } : {}),
    }))
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', due.waybillId)
    .where('state', '=', due.state)
    .where('attempts', '=', due.attempts)
    .execute()
}
