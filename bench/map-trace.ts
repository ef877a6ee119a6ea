import type { CDPSession } from 'playwright-core'

/** What the main thread of a page did in each of its frames, milliseconds of processor time. */
export type Frames = {
  /** Script of each frame: handlers, timers, answers, animation frames, layers of the map, rubbish collection. */
  readonly scriptMs: readonly number[]
  /** All of the main thread in each frame: script, style, layout, painting. */
  readonly taskMs: readonly number[]
  /** Wall time of tasks over 50 ms, which somebody who clicks would wait for; includes waiting for a processor. */
  readonly longMs: readonly number[]
  /** Processor time of the map's workers, in all. */
  readonly workerMs: number
  readonly seconds: number
}

type TraceEvent = {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds; `tdur` is of the thread's processor time. */
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

const categories = [
  'toplevel',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'devtools.timeline.frame',
  'v8',
]
const scripts = new Set([
  'FunctionCall',
  'EvaluateScript',
  'FireAnimationFrame',
  'TimerFire',
  'EventDispatch',
  'RunMicrotasks',
  'XHRReadyStateChange',
  'XHRLoad',
  'MajorGC',
  'MinorGC',
  'V8.GCScavenger',
  'HandlePostMessage',
])

/** Records what the page does while `work` runs. Source: the trace events of Chromium. */
export async function traced(session: CDPSession, work: () => Promise<void>): Promise<Frames> {
  const events: TraceEvent[] = []
  // The protocol describes an event as an object only.
  const take = ({ value }: { value: unknown[] }) => void events.push(...(value as TraceEvent[]))
  session.on('Tracing.dataCollected', take)
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: categories } })
  const began = performance.now()
  await work()
  const seconds = (performance.now() - began) / 1_000
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()))
  await session.send('Tracing.end')
  await complete
  session.off('Tracing.dataCollected', take)
  return { ...framesIn(events), seconds }
}

function framesIn(events: readonly TraceEvent[]): Omit<Frames, 'seconds'> {
  const threads = (name: string) =>
    new Set(events.filter((event) => event.name === 'thread_name' && event.args?.name === name).map(threadOf))
  const main = pageThread(events, threads('CrRendererMain'))
  const workers = threads('DedicatedWorker thread')
  const own = events.filter((event) => threadOf(event) === main).toSorted((a, b) => a.ts - b.ts)
  const starts = own.filter(isFrame).map(({ ts }) => ts)
  const tasks = outermost(own.filter(({ name }) => name === 'RunTask'))
  return {
    scriptMs: perFrame(starts, outermost(own.filter(({ name }) => scripts.has(name)))),
    taskMs: perFrame(starts, tasks),
    longMs: tasks.map(({ dur = 0 }) => dur / 1_000).filter((ms) => ms > 50),
    workerMs: sum(
      outermost(events.filter((event) => event.name === 'RunTask' && workers.has(threadOf(event)))).map(costMs),
    ),
  }
}

const isFrame = ({ name, ph }: TraceEvent): boolean => name === 'AnimationFrame' && ph === 'b'
const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`

/** The main thread that draws frames; other pages of the browser draw none. */
function pageThread(events: readonly TraceEvent[], mains: ReadonlySet<string>): string {
  const counts = new Map<string, number>()
  for (const event of events)
    if (isFrame(event) && mains.has(threadOf(event)))
      counts.set(threadOf(event), (counts.get(threadOf(event)) ?? 0) + 1)
  const [busiest] = [...counts].toSorted(([, a], [, b]) => b - a)
  if (!busiest) throw new Error('the page drew no frame')
  return busiest[0]
}

/** Events that no other one of the same thread holds; they come in the order of their begin. */
function outermost(events: readonly TraceEvent[]): TraceEvent[] {
  const ends = new Map<string, number>()
  return events
    .filter(({ ph, dur }) => ph === 'X' && dur !== undefined)
    .toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
    .filter((event) => {
      const end = event.ts + (event.dur ?? 0)
      if (event.ts < (ends.get(threadOf(event)) ?? 0)) return false
      ends.set(threadOf(event), end)
      return true
    })
}

const costMs = ({ tdur, dur = 0 }: TraceEvent): number => (tdur ?? dur) / 1_000
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

/** What begins between one frame's begin and the next's belongs to it. */
function perFrame(starts: readonly number[], events: readonly TraceEvent[]): number[] {
  const costs = starts.map(() => 0)
  let frame = -1
  for (const event of events) {
    while (frame + 1 < starts.length && event.ts >= (starts[frame + 1] ?? 0)) frame++
    if (frame >= 0) costs[frame] = (costs[frame] ?? 0) + costMs(event)
  }
  return costs
}
