import { implement } from '@orpc/server'
import { requireActor, unwrap, type RequestContext } from '@tingzhou/http'
import { freightProblems } from '../problems.ts'
import { command, historyOf, nowhere, platform, readerOf } from '../room.ts'
import { boundsOf } from '@tingzhou/records/contract'
import { waybillProblems } from '../waybill/problems.ts'
import { makeWave, type WaveWish } from './make.ts'
import { endMark, listMarks, setMark } from './mark.ts'
import { sendPairs } from './send.ts'
import { setWaveSettings, waveSettings } from './settings.ts'
import { waveContract } from './wave-contract.ts'
import { findPairs, findWave, listWaves } from './wave-view.ts'
import { withdrawPair } from './withdraw.ts'
import { findWhyNot } from './why-not.ts'
import { numberBounds } from './words.ts'

const os = implement(waveContract).$context<RequestContext>()

type Input = {
  readonly trial: boolean
  readonly trucks: readonly { lonDeg: number; latDeg: number; ratedLoadKg: number; count: number }[]
  readonly withoutLoads: readonly string[]
}

/** What a trial supposes; null where nothing is supposed. */
function supposedOf({ trucks, withoutLoads }: Input): WaveWish['supposed'] {
  if (trucks.length + withoutLoads.length === 0) return null
  return {
    trucks: trucks.map(({ lonDeg: lon, latDeg: lat, ratedLoadKg: ratedKg, count }) => ({ lon, lat, ratedKg, count })),
    withoutLoads,
  }
}

export const waveHandlers = os.router({
  list: os.list.handler(({ context, input }) => listWaves(platform(context), input)),
  get: os.get.handler(
    async ({ context, input }) => (await findWave(platform(context), context.lang, input)) ?? nowhere(input.id),
  ),
  make: os.make.handler(async ({ context, input }) => {
    const { commandId, trial } = input
    const wish = { commandId, trial, supposed: supposedOf(input) }
    const made = await makeWave(context.deps, requireActor(context), wish)
    return unwrap(made, freightProblems)
  }),
  send: os.send.handler(async ({ context, input }) => {
    const sent = await sendPairs(context.deps, requireActor(context), input)
    const { pairIds, left } = unwrap(sent, freightProblems)
    const rows = await findPairs(readerOf(context), context.lang, pairIds)
    return { rows: rows.map(({ id, state, waybill, stale }) => ({ id, state, waybill, stale })), left }
  }),
  withdraw: os.withdraw.handler(async ({ context, input }) => {
    const withdrawn = await withdrawPair(context.deps, requireActor(context), input)
    return unwrap(withdrawn, { ...waybillProblems, ...freightProblems })
  }),
  history: os.history.handler(({ context, input }) => historyOf(platform(context), 'freight_wave', input.id)),
  whyNot: os.whyNot.handler(
    async ({ context, input: { id, waveId } }) =>
      (await findWhyNot(readerOf(context), context.lang, id, waveId ?? null)) ?? nowhere(id),
  ),
  settings: os.settings.handler(async ({ context }) => {
    const { deps } = platform(context)
    return { ...(await waveSettings(deps.db, deps.zoneId)), bounds: boundsOf(numberBounds) }
  }),
  set: os.set.handler(({ context, input }) => command(context, 'set_wave_settings', input, setWaveSettings)),
  marks: os.marks.handler(({ context, input }) => listMarks(platform(context), input)),
  mark: os.mark.handler(({ context, input }) => command(context, 'set_wave_mark', input, setMark)),
  endMark: os.endMark.handler(({ context, input }) => command(context, 'end_wave_mark', input, endMark)),
})
