import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '@tingzhou/parties'
import type { Identity, RequestContext } from './context.ts'
import type { Counters } from './counters.ts'
import { requireActor } from './guard.ts'
import type { EventHub, LiveEvent } from './hub.ts'
import { problem } from './problem.ts'

export type LiveOptions = {
  readonly hub: EventHub
  readonly identify: (request: FastifyRequest) => Promise<Identity>
  readonly contextOf: (request: FastifyRequest) => Pick<RequestContext, 'actor' | 'identity'>
  readonly counters: Counters
  readonly heartbeatMs: number
  readonly streamsPerAccount: number
}

// A screen that does not read falls behind by at most this much, then its stream is closed and the browser asks anew.
const backlogBytesMax = 1_048_576

/** Server-sent events for screens: `{type, objectKind, objectId}` only, the screen asks again for what it shows. */
export function addLiveEvents(app: FastifyInstance, options: LiveOptions): void {
  const open = new Map<string, number>()
  const closers = new Set<() => void>()

  app.addHook('preClose', async () => {
    for (const close of closers) close()
  })

  app.get('/api/v1/events', async (request, reply) => {
    const actor = requireActor(options.contextOf(request))
    const count = open.get(actor.accountId) ?? 0
    if (count >= options.streamsPerAccount)
      throw problem({
        kind: 'too_many_streams',
        status: 429,
        meta: { max: options.streamsPerAccount },
        retryAfterSeconds: 30,
      })
    open.set(actor.accountId, count + 1)
    options.counters.streams(1)
    const close = startStream(request, reply, actor, options, () => {
      closers.delete(close)
      options.counters.streams(-1)
      const left = (open.get(actor.accountId) ?? 1) - 1
      if (left > 0) open.set(actor.accountId, left)
      else open.delete(actor.accountId)
    })
    closers.add(close)
    return reply
  })
}

function startStream(
  request: FastifyRequest,
  reply: FastifyReply,
  actor: Actor,
  options: LiveOptions,
  closed: () => void,
): () => void {
  reply.hijack()
  const { raw } = reply
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  })
  raw.write('retry: 3000\n\n')

  const write = (text: string) => {
    if (raw.writableLength > backlogBytesMax) close()
    else raw.write(text)
  }
  const lastEventId = request.headers['last-event-id']
  const unsubscribe = options.hub.subscribe(
    actor,
    (event) => write(print(event)),
    typeof lastEventId === 'string' ? lastEventId : undefined,
  )
  // The beat also finds out that the session ended or the account was closed.
  const beat = setInterval(() => {
    options.identify(request).then(
      (identity) => (identity.actor ? write(': beat\n\n') : close()),
      () => close(),
    )
  }, options.heartbeatMs)

  let ended = false
  const close = () => {
    if (ended) return
    ended = true
    clearInterval(beat)
    unsubscribe()
    raw.end()
    closed()
  }
  raw.on('close', close)
  raw.on('error', close)
  return close
}

const print = ({ id, type, objectKind, objectId }: LiveEvent): string =>
  `${id === undefined ? '' : `id: ${id.replaceAll(/\s/g, '')}\n`}data: ${JSON.stringify({ type, objectKind, objectId })}\n\n`
