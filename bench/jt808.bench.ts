// npm run bench -- jt808: the JT/T 808 codec on one core: full parses of positions, beside a loop that only sums and copies the
// same bytes; a glued stream; what a framer keeps under garbage.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { annotate, createFramer, decode, encode, type Message, type Outgoing } from '@tingzhou/jt808'
import { figure, median, report, type Figure, type Say } from './harness.ts'

const vehicles = 1_024
const runs = 5
const runMs = 1_000
const chunkBytes = 65_536
const garbageMib = 64
const framers = 1_000

setFlagsFromString('--expose-gc')
// The flag above puts the collector into new contexts.
const collect = runInNewContext('gc') as () => void

await report('bench', 'jt808', async (say) => {
  // First, while nothing else comes and goes in memory.
  const perFramer = await keptByEach()
  say(`${perFramer.toFixed(0)} bytes a framer`)
  const frames = Array.from({ length: vehicles }, (_, index) => encode(positionOf(index)))
  const bytesEach = frames.reduce((sum, frame) => sum + frame.length, 0) / vehicles
  say(`${vehicles} positions of ${bytesEach.toFixed(1)} bytes`)
  return [...parsing(frames, bytesEach, say), ...streaming(frames, say), ...garbage(say, perFramer)]
})

/** A loaded truck on its way, as terminals report it: seven additional items. */
function positionOf(index: number): Outgoing {
  return {
    kind: 'position',
    header: { version: '2019', phone: String(13_800_000_000 + index * 7_919), serial: index },
    body: {
      alarmBits: index % 16 === 0 ? 2 : 0,
      statusBits: 0x000c_0303,
      latitude: (44_000_000 + index * 137) / 1e6,
      longitude: (87_300_000 + index * 211) / 1e6,
      altitudeM: 500 + (index % 200),
      speedKmh: (index % 900) / 10,
      directionDeg: index % 360,
      timeMs: 1_762_763_405_000 + index * 1_000,
      items: [
        { kind: 'odometer', odometerM: 123_456_700 + index * 100 },
        { kind: 'fuel', fuelL: (3_000 - (index % 1_000)) / 10 },
        { kind: 'recorder_speed', speedKmh: (index % 900) / 10 },
        { kind: 'vehicle_signals', signalBits: index % 32 },
        { kind: 'io_state', ioBits: 0 },
        { kind: 'radio_signal', signalStrength: index % 32 },
        { kind: 'satellites', satelliteCount: 8 + (index % 8) },
      ],
    },
  }
}

function parsing(frames: readonly Uint8Array[], bytesEach: number, say: Say): readonly Figure[] {
  // What was read is kept until the next round, so that nothing can be left out as unused.
  const kept: Message[] = []
  const parses = rateOf('decode', say, frames, (frame, index) => {
    kept[index] = decode(frame)
  })
  const copy = new Uint8Array(4_096)
  let sums = 0
  const floor = rateOf('sum and copy', say, frames, (frame) => {
    sums ^= sumAndCopy(frame, copy)
  })
  const messages = frames.map((frame) => decode(frame))
  const written: Uint8Array[] = []
  const encodes = rateOf('encode', say, messages, (message, index) => {
    written[index] = encode(message)
  })
  let fields = 0
  const annotations = rateOf('annotate', say, frames, (frame) => {
    fields += annotate(frame).fields.length
  })
  if (kept.length !== frames.length || written.length !== frames.length || sums < 0 || fields === 0)
    throw new Error('the bench measured nothing')
  return [
    figure(
      `full parses of a position with 7 items, ${bytesEach.toFixed(0)} bytes a frame`,
      parses,
      'frames/s',
      '>= 400000',
    ),
    figure('floor: sum and copy the same bytes', floor, 'frames/s'),
    figure('times the floor that a full parse takes', floor / parses, '', '<= 10'),
    figure('positions written', encodes, 'frames/s'),
    figure('positions annotated', annotations, 'frames/s'),
  ]
}

/** The least that any parser has to do. */
function sumAndCopy(frame: Uint8Array, out: Uint8Array): number {
  const { length } = frame
  let sum = 0
  for (let at = 0; at < length; at++) {
    // Within the length there is a byte; a default would cost the loop more than its work.
    const byte = frame[at] as number
    sum ^= byte
    out[at] = byte
  }
  return sum
}

/** Median over the runs of how many a second go through; each round takes all of them once. */
function rateOf<T>(name: string, say: Say, all: readonly T[], use: (one: T, index: number) => void): number {
  const round = (): void => {
    for (let index = 0; index < all.length; index++) {
      const one = all[index]
      if (one !== undefined) use(one, index)
    }
  }
  for (let warm = 0; warm < 50; warm++) round()
  const rates = Array.from({ length: runs }, () => {
    const began = performance.now()
    let rounds = 0
    for (; performance.now() - began < runMs; rounds++) round()
    return (rounds * all.length * 1_000) / (performance.now() - began)
  })
  say(`${name}: ${rates.map((rate) => Math.round(rate).toLocaleString('en')).join(', ')} frames/s`)
  return median(rates)
}

/** All frames glued together, cut as a socket cuts them. */
function streaming(frames: readonly Uint8Array[], say: Say): readonly Figure[] {
  const copies = 64
  const one = Buffer.concat(frames)
  const stream = new Uint8Array(Buffer.concat(Array.from({ length: copies }, () => one)))
  const chunks = Array.from({ length: Math.ceil(stream.length / chunkBytes) }, (_, index) =>
    stream.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  )
  const framed: number[] = []
  const read: number[] = []
  for (let run = 0; run < runs; run++) {
    framed.push(through(chunks, copies * frames.length, () => undefined))
    read.push(through(chunks, copies * frames.length, decode))
    say(`glued stream: ${framed.at(-1)?.toFixed(0)} framed/s, ${read.at(-1)?.toFixed(0)} framed and read/s`)
  }
  return [
    figure(`glued stream in chunks of ${chunkBytes} bytes: framed`, median(framed), 'frames/s'),
    figure('glued stream: framed and fully parsed', median(read), 'frames/s', '>= 300000'),
  ]
}

function through(chunks: readonly Uint8Array[], expected: number, use: (frame: Uint8Array) => unknown): number {
  const framer = createFramer()
  const began = performance.now()
  let found = 0
  for (const chunk of chunks)
    for (const frame of framer.push(chunk)) {
      use(frame)
      found++
    }
  const tookS = (performance.now() - began) / 1_000
  if (found !== expected) throw new Error(`${found} frames of ${expected} were found`)
  return found / tookS
}

/** Bytes without a flag, and bytes that open a frame and do not close it: what stays in memory. */
function garbage(say: Say, perFramer: number): readonly Figure[] {
  const chunk = new Uint8Array(chunkBytes).fill(0x41)
  const framer = createFramer()
  framer.push(Uint8Array.of(0x7e))
  const began = performance.now()
  for (let sent = 0; sent < garbageMib * 2 ** 20; sent += chunkBytes) framer.push(chunk)
  const mibPerS = (garbageMib * 1_000) / (performance.now() - began)
  const pending = framer.pendingLength()
  say(`garbage: ${mibPerS.toFixed(0)} MiB/s, ${pending} bytes pending`)
  return [
    figure(`${garbageMib} MiB without a closing flag: taken in`, mibPerS, 'MiB/s'),
    figure('bytes waiting after them', pending, 'bytes', '<= 4096'),
    figure(
      `memory of a framer that waits for the end of 4,096 bytes, mean of ${framers}`,
      perFramer,
      'bytes',
      '<= 8192',
    ),
  ]
}

/** Memory of framers in their worst state: each holds as much as its limit lets it. */
async function keptByEach(): Promise<number> {
  const most = new Uint8Array(4_097).fill(0x41).with(0, 0x7e)
  const before = await memoryAtRest()
  const all = Array.from({ length: framers }, () => {
    const framer = createFramer()
    // Byte by byte first, as a slow line would: the buffer grows as it does in life.
    for (let at = 0; at < 600; at++) framer.push(most.subarray(at, at + 1))
    framer.push(most.subarray(600))
    return framer
  })
  const kept = (await memoryAtRest()) - before
  if (all.some((framer) => framer.pendingLength() !== 4_096)) throw new Error('a framer gave up before its limit')
  return kept / framers
}

/** Buffers are given back by another thread: collected, waited for, collected again. */
async function memoryAtRest(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
