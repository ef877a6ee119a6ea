// npm run bench -- hj212: frames of an hour of flue gas, 412 bytes of data each, cut from a stream and read on one core.
import { createFramer, crc212, decode, decodeSegment, explain } from '@tingzhou/hj212'
import { figure, median, report } from './harness.ts'

const frame = new TextEncoder().encode(
  '##0412QN=20260703090000001;ST=31;CN=2061;PW=654321;MN=650100C0FFEE000000000A01;Flag=5;CP=&&DataTime=20260703080000;' +
    'a00000-Cou=182160,a00000-Min=48.1,a00000-Avg=50.6,a00000-Max=53.2,a00000-Flag=N;a21026-Min=8.1,a21026-Avg=11.4,' +
    'a21026-Max=19.9,a21026-ZsAvg=11.6,a21026-Cou=2.077,a21026-Flag=N;a21002-Min=31.0,a21002-Avg=36.5,a21002-Max=44.2,' +
    'a21002-ZsAvg=37.1,a21002-Cou=6.649,a21002-Flag=N;a19001-Avg=9.2,a19001-Flag=N&&7C40\r\n',
)
const frames = 100_000
// As a socket delivers them: pieces that end anywhere.
const pieceBytes = 1_460

await report('bench', 'hj212', async () => {
  const stream = new Uint8Array(frame.length * 1_000).map((_, i) => frame[i % frame.length] ?? 0)
  const segment = frame.subarray(6, -6)
  return [
    figure('frames read, check value and fields', perSecond(readWhole), 'frames/s', '>= 100000'),
    figure(
      'frames cut from a stream in pieces of 1,460 bytes and read',
      perSecond(() => readStream(stream)),
      'frames/s',
    ),
    figure(
      'floor: the check value alone',
      perSecond(() => hash(segment)),
      'segments/s',
    ),
  ]
})

function readWhole(): number {
  for (let i = 0; i < frames; i++) {
    const message = decode(frame)
    if (!message.ok) throw new Error(explain(message.error))
  }
  return frames
}

function readStream(stream: Uint8Array): number {
  const framer = createFramer()
  let read = 0
  for (let at = 0; at < stream.length; at += pieceBytes)
    for (const { segment } of framer.push(stream.subarray(at, at + pieceBytes))) if (decodeSegment(segment).ok) read++
  if (read !== stream.length / frame.length) throw new Error(`${read} frames were read`)
  return read
}

function hash(segment: Uint8Array): number {
  for (let i = 0; i < frames; i++) if (crc212(segment) !== 0x7c40) throw new Error('the check value is wrong')
  return frames
}

/** How often a second, the median of five runs after one to get warm. */
function perSecond(work: () => number): number {
  work()
  const rates = Array.from({ length: 5 }, () => {
    const began = performance.now()
    return (work() / (performance.now() - began)) * 1_000
  })
  return median(rates)
}
