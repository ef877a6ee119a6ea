import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { epochMs } from '@tingzhou/kernel'

/** What a receiver heard. */
export type HeardHook = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly path: string }

/** How a receiver answers; left out: 200 at once. It need not answer at all. */
export type AnswerHook = (response: ServerResponse, hook: HeardHook) => void

/** Somebody's system on this machine that hears webhooks. */
export async function openReceiver(first: AnswerHook = (response) => void response.end('thanks')) {
  const heard: HeardHook[] = []
  let answer = first
  let underWay = 0
  let underWayMax = 0
  const server = createServer((request, response) => {
    underWayMax = Math.max(underWayMax, ++underWay)
    response.on('close', () => underWay--)
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8')
      const hook = { headers: request.headers, body, path: request.url ?? '' }
      heard.push(hook)
      answer(response, hook)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // A TCP listener has a port.
  const { port } = server.address() as AddressInfo
  return {
    heard,
    port,
    url: `http://127.0.0.1:${port}/hooks`,
    /** Answers otherwise from now on. */
    answers: (next: AnswerHook) => {
      answer = next
    },
    /** The most that were under way at once. */
    underWayMax: () => underWayMax,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/**
 * What the README tells a receiver to do, written without the platform's code: whether one of the signatures is of this secret and the
 * message is not old.
 */
export function isGenuine(secret: string, { headers, body }: HeardHook, nowMs: number): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers
  if (Math.abs(nowMs / 1_000 - Number(timestamp)) > 300) return false
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const wanted = createHmac('sha256', key)
    .update(`${String(id)}.${String(timestamp)}.${body}`)
    .digest()
  return String(signatures)
    .split(' ')
    .map((one) => Buffer.from(one.replace(/^v1,/, ''), 'base64'))
    .some((given) => given.length === wanted.length && timingSafeEqual(given, wanted))
}

/** A clock that stands until it is moved. */
export function movedClock(start: number) {
  let now = start
  return {
    clock: () => epochMs(now),
    pass: (ms: number) => {
      now += ms
    },
  }
}
