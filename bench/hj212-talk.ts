import { createFramer, formatQn, formatTime, frameOf } from '@tingzhou/hj212'
import { epochMs } from '@tingzhou/kernel'
import { mnOf, stationPassword } from './gateway-zone.ts'

const factors = ['w00000', 'w01001', 'w01010', 'w01012', 'w01018', 'w21001', 'w21003', 'w21011']

/** Values in a packet: eight factors, each with its flag. */
export const valuesOfPacket = 2 * factors.length

const everyMs = 1_000
const firstTime = Math.floor(Date.now() / everyMs) * everyMs - 86_400_000

/** The moment that a station reports in a turn: each another one, so that what is kept can be counted. */
export const momentOf = (turn: number): number => firstTime + turn * everyMs

/** Real-time data of eight factors, answer wanted. @returns the frame, and the number that its answer carries */
export function packetOf(index: number, at: number, turn: number): { readonly qn: string; readonly frame: Uint8Array } {
  const qn = formatQn(epochMs(at))
  const data = factors.map((code, place) => `${code}-Rtd=${(((turn + place) % 1_000) / 10).toFixed(1)},${code}-Flag=N`)
  const head = `QN=${qn};ST=32;CN=2011;PW=${stationPassword};MN=${mnOf(index)};Flag=5`
  return { qn, frame: frameOf(Buffer.from(`${head};CP=&&DataTime=${formatTime(epochMs(at))};${data.join(';')}&&`)) }
}

/** Reads what a platform says. @returns the numbers of the uploads that it answers */
export function createAnswers(): (bytes: Uint8Array) => readonly string[] {
  const framer = createFramer()
  return (bytes) =>
    framer.push(bytes).flatMap(({ segment }) => {
      const text = Buffer.from(segment).toString('latin1')
      const qn = /^QN=(\d{17});/.exec(text)?.[1]
      return qn !== undefined && text.includes(';CN=9014;') ? [qn] : []
    })
}
