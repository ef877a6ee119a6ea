import type { Line, Reading } from '@tingzhou/connector'
import type { NodeId, NotificationMessage } from 'node-opcua-client'
import { frameOf, itemOf } from './frame.ts'
import type { Library, Session } from './library.ts'
import { notice, standing, type Notice, type Point } from './point.ts'

export type Listening = {
  readonly library: Library
  readonly session: Session
  readonly everyMs: number
  readonly points: readonly Point[]
  readonly line: Pick<Line, 'readings' | 'frame'>
  /** So long without an answer and the server is taken for gone, ms; longer where it asks for more time. */
  readonly silentMs: number
  /** Called after every answer. @param aheadMs  how far the clock of the server is ahead of ours */
  readonly answered: (aheadMs: number) => void
  /** Comes when the session is over. */
  readonly signal: AbortSignal
}

// A keep-alive is due after three intervals without a change: that is how often a server says that values stand.
const keepAliveCount = 3
const publishMs = { shortest: 50, longest: 2_000 }
const lifetimeMsMin = 30_000
const requestsUnderWay = 3
const itemsPerCall = 100
const notificationsMax = 1_000
const queue = { shortest: 10, longest: 100, ms: 10_000 }
const againMs = { first: 1_000, longest: 60_000 }

/**
 * Listens to the points of a server by one subscription.
 * @throws Error with the reason for which it ended, in any case
 * Source: OPC 10000-4 §5.13, §5.14. Of each point the server keeps at most 100 values, we keep two. O(points) an answer.
 */
export async function listen(listening: Listening): Promise<never> {
  const { session, everyMs, points, silentMs, signal } = listening
  const interval = Math.min(Math.max(everyMs / keepAliveCount, publishMs.shortest), publishMs.longest)
  const made = await session.createSubscription({
    requestedPublishingInterval: interval,
    requestedMaxKeepAliveCount: keepAliveCount,
    requestedLifetimeCount: Math.max(keepAliveCount * 3, Math.ceil(lifetimeMsMin / interval)),
    maxNotificationsPerPublish: notificationsMax,
    publishingEnabled: true,
    priority: 1,
  })
  const aliveMs = made.revisedPublishingInterval * made.revisedMaxKeepAliveCount
  await watch(listening, made.subscriptionId, points)
  let heardAt = Date.now()
  return await new Promise<never>((_resolve, reject) => {
    const patienceMs = Math.max(silentMs, 3 * aliveMs)
    const timer = setInterval(() => {
      if (Date.now() - heardAt > patienceMs) end(`the server has not answered for ${patienceMs / 1_000} s`)
    }, patienceMs / 5)
    const end = (reason: string): void => {
      clearInterval(timer)
      reject(new Error(reason))
    }
    if (signal.aborted) return end('the session is over')
    signal.addEventListener('abort', () => end('the session is over'), { once: true })
    const rewatch = createRewatch(listening, made.subscriptionId)
    publish(listening, made.subscriptionId, 3 * aliveMs + lifetimeMsMin, {
      end,
      hear: (message) => {
        heardAt = Date.now()
        hear(listening, message, heardAt)
        rewatch(heardAt).catch((error: Error) => end(error.message))
      },
    })
  })
}

type Hearer = {
  readonly hear: (message: NotificationMessage) => void
  readonly end: (reason: string) => void
}

/** Keeps three requests under way, so that the server can always answer, and acknowledges what came. */
function publish(
  { library, session, signal }: Listening,
  subscriptionId: number,
  timeoutHint: number,
  { hear, end }: Hearer,
): void {
  let acknowledgements: { readonly subscriptionId: number; readonly sequenceNumber: number }[] = []
  let underWay = 0
  let isOver = false
  const finish = (reason: string): void => {
    isOver = true
    end(reason)
  }
  const ask = (): void => {
    underWay++
    const request = new library.PublishRequest({
      requestHeader: { timeoutHint },
      subscriptionAcknowledgements: acknowledgements,
    })
    acknowledgements = []
    session.publish(request, (error, response) => {
      underWay--
      if (isOver || signal.aborted) return
      if (error || !response) {
        // A server that takes fewer requests at a time is asked with the others.
        if (underWay > 0 && error?.message.includes('BadTooManyPublishRequests')) return
        return finish(error?.message ?? 'no answer')
      }
      const { notificationMessage, subscriptionId: from } = response
      if (from === subscriptionId) {
        if (notificationMessage.notificationData?.length)
          acknowledgements.push({ subscriptionId, sequenceNumber: notificationMessage.sequenceNumber })
        const status = statusIn(library, notificationMessage)
        if (status !== null) return finish(status)
        hear(notificationMessage)
      }
      ask()
    })
  }
  for (let count = 0; count < requestsUnderWay; count++) ask()
}

/** With what a server says that the subscription is over; null while it is not. */
function statusIn(library: Library, { notificationData }: NotificationMessage): string | null {
  for (const data of notificationData ?? [])
    if (data instanceof library.StatusChangeNotification && data.status.isNotGood()) return data.status.name
  return null
}

/** Takes an answer of the server: what changed, and by that what did not. */
function hear({ library, points, line, answered }: Listening, message: NotificationMessage, now: number): void {
  const publishedAt = message.publishTime && message.publishTime.getTime() > 0 ? message.publishTime.getTime() : now
  const readings: Reading[] = []
  const said: { readonly point: Point; readonly value: Notice }[] = []
  for (const data of message.notificationData ?? [])
    if (data instanceof library.DataChangeNotification)
      for (const { clientHandle, value } of data.monitoredItems ?? []) {
        const point = points[clientHandle - 1]
        if (!point) continue
        said.push({ point, value })
        const reading = notice(point, value, publishedAt)
        if (reading) readings.push(reading)
      }
  for (const point of points) {
    const reading = standing(point, publishedAt)
    if (reading) readings.push(reading)
  }
  if (readings.length > 0) line.readings(readings)
  if (said.length > 0) line.frame('up', frameOf('publish', itemsOf(said), said.length), null)
  answered(publishedAt - now)
}

function* itemsOf(said: readonly { readonly point: Point; readonly value: Notice }[]) {
  for (const { point, value } of said) yield itemOf(point.nodeId, value)
}

/** Makes what looks again, less and less often, for nodes that were not there: a server may answer before it is complete. */
function createRewatch(listening: Listening, subscriptionId: number): (now: number) => Promise<void> {
  let waitMs = againMs.first
  let at = Date.now() + waitMs
  let isBusy = false
  return async (now) => {
    if (isBusy || now < at) return
    waitMs = Math.min(againMs.longest, waitMs * 2)
    at = now + waitMs
    const missing = listening.points.filter(({ samplingMs }) => samplingMs === null)
    if (missing.length === 0) return
    isBusy = true
    await watch(listening, subscriptionId, missing)
    isBusy = false
  }
}

/** Makes the server watch points; one that it does not watch has a fault. */
async function watch(
  { library, session, everyMs, points }: Listening,
  subscriptionId: number,
  wanted: readonly Point[],
): Promise<void> {
  const handles = new Map(points.map((point, index) => [point, index + 1]))
  const nodes = wanted.flatMap((point) => {
    const nodeId = nodeIdOf(library, point.nodeId)
    if (!nodeId) point.fault = `${point.nodeId} is no node id`
    return nodeId ? [{ point, nodeId }] : []
  })
  const queueSize = Math.min(queue.longest, Math.max(queue.shortest, Math.ceil(queue.ms / everyMs)))
  for (let start = 0; start < nodes.length; start += itemsPerCall) {
    const some = nodes.slice(start, start + itemsPerCall)
    const { results } = await session.createMonitoredItems({
      subscriptionId,
      timestampsToReturn: library.TimestampsToReturn.Both,
      itemsToCreate: some.map(({ point, nodeId }) => ({
        itemToMonitor: { nodeId, attributeId: library.AttributeIds.Value },
        monitoringMode: library.MonitoringMode.Reporting,
        requestedParameters: {
          clientHandle: handles.get(point) ?? 0,
          samplingInterval: everyMs,
          queueSize,
          discardOldest: true,
        },
      })),
    })
    for (const [index, { point }] of some.entries()) {
      const result = results?.[index]
      if (result?.statusCode.isGoodish())
        point.samplingMs = Math.max(everyMs, Math.round(result.revisedSamplingInterval))
      else point.fault = result?.statusCode.name ?? 'no answer'
    }
  }
}

/** A node id as the library has it; null where the text is none. */
export function nodeIdOf(library: Library, text: string): NodeId | null {
  try {
    return library.coerceNodeId(text)
  } catch {
    return null
  }
}
