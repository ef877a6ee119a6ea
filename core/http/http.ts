import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { newId } from '@tingzhou/db'
import { hasRole } from '@tingzhou/parties'
import { addApi, apiPrefix, noRoute } from './api.ts'
import { describeProblem } from './body.ts'
import { chooseLang, type Identity, type RequestContext } from './context.ts'
import { createCounters, type Counters } from './counters.ts'
import type { Deps } from './deps.ts'
import { renderDocs } from './docs-page.ts'
import { acceptGzip } from './gzip.ts'
import type { EventHub } from './hub.ts'
import { addLiveEvents } from './live.ts'
import type { ModuleRouter, ServerModule } from './module.ts'
import { describeApi } from './openapi.ts'
import type { ApiStory } from './story.ts'
import { problem, ProblemError } from './problem.ts'
import { listRoutes } from './route-table.ts'
import { addSecurityHeaders, refuseCrossSite } from './security.ts'
import { addWeb, type Site } from './web.ts'

export type HttpOptions = {
  /** In the order of mounting; each contract is mounted under its own paths. */
  readonly modules: readonly ServerModule[]
  /** Finds out who asks; throws a problem for a credential that is wrong rather than absent. */
  readonly identify: (request: FastifyRequest) => Promise<Identity>
  readonly hub?: EventHub
  /** The built screens. */
  readonly sites?: readonly Site[]
  /** Where readers reach the site, such as `https://tingzhou.example`; behind a proxy it differs from the host that we see. */
  readonly publicUrl: string
  /** Whether `X-Forwarded-*` comes from an own proxy. */
  readonly trustProxy?: boolean
  readonly limits?: Partial<HttpLimits>
}

export type HttpLimits = {
  readonly bodyBytes: number
  readonly timeLimitMs: number
  /** Requests a minute: of one account, of one address that is not signed in, of one machine. */
  readonly perMinute: { readonly account: number; readonly address: number; readonly machine: number }
  readonly heartbeatMs: number
  readonly streamsPerAccount: number
  readonly urlLength: number
}

const defaultLimits: HttpLimits = {
  bodyBytes: 1_048_576,
  timeLimitMs: 30_000,
  perMinute: { account: 1_200, address: 600, machine: 60_000 },
  heartbeatMs: 25_000,
  streamsPerAccount: 10,
  urlLength: 8_000,
}

type Scene = { identity: Identity; startedAt: number }
const anonymous: Identity = { by: 'none', actor: null }

/**
 * Builds the HTTP face: the modules' routes under `/api/v1`, their description, live events, the screens, health.
 * Everything refused anywhere leaves as problem details in the reader's language, is counted and logged.
 * @returns a Fastify app that does not listen yet
 */
export async function createHttp(deps: Deps, options: HttpOptions): Promise<FastifyInstance> {
  const limits = { ...defaultLimits, ...options.limits }
  const counters = createCounters()
  const scenes = new WeakMap<FastifyRequest, Scene>()
  const identityOf = (request: FastifyRequest) => scenes.get(request)?.identity ?? anonymous
  const answerProblem = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) =>
    sendProblem(thrown, request, reply, { deps, counters, limits, identity: identityOf(request) })

  const app: FastifyInstance = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    // An upload over a slow phone link needs longer than a handler may take.
    requestTimeout: 120_000,
    keepAliveTimeout: 72_000,
    trustProxy: options.trustProxy ?? false,
    requestIdHeader: false,
    genReqId: (raw) => requestIdOf(raw.headers['x-request-id']),
    frameworkErrors: (error, request, reply) => {
      answerProblem(error, request, reply)
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
  })
  app.setErrorHandler((error, request, reply) => answerProblem(error, request, reply))
  acceptJsonOnly(app)
  acceptGzip(app)
  const inFlight = drainOnClose(app)

  app.addHook('onRequest', async (request, reply) => {
    scenes.set(request, { identity: anonymous, startedAt: performance.now() })
    inFlight.add(request)
    reply.header('x-request-id', request.id)
    // Screens reckon what is left by it, not by the clock of the desk.
    reply.header('x-zone-time', String(deps.clock()))
  })
  await addSecurityHeaders(app, options.publicUrl.startsWith('https:'))
  app.addHook('onRequest', async (request) => {
    refuseBadAddress(request, limits)
    if (!request.url.startsWith('/api/') && request.url !== '/metrics') return
    refuseCrossSite(request, new URL(options.publicUrl).origin)
    const identity = await options.identify(request)
    scenes.set(request, { startedAt: performance.now(), ...scenes.get(request), identity })
  })
  app.addHook('onResponse', async (request, reply) => {
    inFlight.delete(request)
    const seconds = (performance.now() - (scenes.get(request)?.startedAt ?? performance.now())) / 1_000
    counters.answered(request.method, reply.statusCode, seconds)
    const { method, url, id: requestId } = request
    deps.log.debug({ requestId, method, url, status: reply.statusCode, seconds }, 'answered')
  })
  await app.register(rateLimit, {
    timeWindow: 60_000,
    cache: 20_000,
    allowList: (request) => !request.url.startsWith('/api/'),
    keyGenerator: (request) => identityOf(request).actor?.accountId ?? request.ip,
    max: (request) => perMinuteOf(identityOf(request), limits),
    errorResponseBuilder: (_request, { ttl }) => {
      const seconds = Math.ceil(ttl / 1_000)
      return problem({ kind: 'too_many_requests', status: 429, meta: { seconds }, retryAfterSeconds: seconds })
    },
  })

  const makeContext = (request: FastifyRequest, reply: FastifyReply): RequestContext => {
    const identity = identityOf(request)
    const lang = chooseLang(request.headers['accept-language'], identity.actor)
    return { deps, actor: identity.actor, identity, requestId: request.id, lang, request, reply }
  }
  requestContexts.set(app, makeContext)

  const router = composeRouter(options.modules)
  const routes = await listRoutes(router)
  addApi(app, { router, routes, makeContext, timeLimitMs: limits.timeLimitMs })
  const stories = options.modules.flatMap(({ stories: told }) => told ?? [])
  addDescription(app, router, stories, deps.clock)
  addHealth(app, deps, counters, identityOf)
  if (options.hub)
    addLiveEvents(app, {
      ...limits,
      hub: options.hub,
      identify: options.identify,
      counters,
      contextOf: (request) => {
        const identity = identityOf(request)
        return { identity, actor: identity.actor }
      },
    })
  for (const module of options.modules) {
    const { routes: addRoutes } = module
    if (addRoutes) await app.register(async (scope) => addRoutes(scope, deps))
  }

  const serveShell = await addWeb(app, options.sites ?? [])
  app.setNotFoundHandler((request, reply) => {
    const shell = serveShell(request, reply)
    return shell ?? answerProblem(noRoute(request.method, request.url, []), request, reply)
  })
  return app
}

const graceMs = 10_000

/**
 * On closing, lets requests under way finish, then closes every connection: those that a browser opened ahead and never
 * used would keep the server waiting.
 * @returns where requests under way are noted
 */
function drainOnClose(app: FastifyInstance): Set<FastifyRequest> {
  const inFlight = new Set<FastifyRequest>()
  app.addHook('preClose', async () => {
    const since = performance.now()
    const timer = setInterval(() => {
      if (inFlight.size > 0 && performance.now() - since < graceMs) return
      clearInterval(timer)
      app.server.closeAllConnections()
    }, 50)
  })
  return inFlight
}

const requestContexts = new WeakMap<FastifyInstance, (request: FastifyRequest, reply: FastifyReply) => RequestContext>()

/**
 * The context of a request to an address outside the contract (`ServerModule.routes`), the same as handlers get.
 * @throws Error when the app was not made by `createHttp`
 */
export function contextOf(request: FastifyRequest, reply: FastifyReply): RequestContext {
  let app: FastifyInstance | null = request.server
  while (app) {
    const make = requestContexts.get(app)
    if (make) return make(request, reply)
    const above: unknown = Object.getPrototypeOf(app)
    // A plugin's scope inherits from the app that it was registered in.
    app = above as FastifyInstance | null
  }
  throw new Error('the request came through an app that createHttp did not make')
}

function composeRouter(modules: readonly ServerModule[]): ModuleRouter {
  return Object.fromEntries(modules.flatMap(({ name, router }) => (router ? [[name, router]] : [])))
}

/** A client's id when it is plain, else a new one. */
function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w.-]{8,64}$/.test(header) ? header : newId()
}

function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text: string, done) => {
    if (text.length === 0) return done(null, undefined)
    // PostgreSQL cannot store U+0000; in JSON it can only come escaped, after an even number of backslashes.
    if (/(?<!\\)(?:\\\\)*\\u0000/.test(text)) return done(forbiddenCharacter('body'))
    return parse(request, text, (error, body: unknown) => {
      if (error) return done(problem({ kind: 'malformed_body', status: 400 }))
      if (!isWithin(body, levelsMax)) return done(nestedTooDeep())
      // Nor half of a pair; JSON can write one, and only what is escaped in the text need be looked at again.
      const half = halfPair.test(text) ? halfPair.exec(JSON.stringify(body)) : null
      return half ? done(halfCharacter(half[1] ?? '')) : done(null, body)
    })
  })
}

// Whoever hashes, checks or writes a body goes down into it level by level, and has room for some thousands.
const levelsMax = 100

/** Whether lists and objects stand at most so many levels inside one another; looks no deeper. O(values). */
const isWithin = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => isWithin(inner, levels - 1)))

const nestedTooDeep = (): Error =>
  problem({
    kind: 'nested_too_deep',
    status: 400,
    field: 'body',
    value: `> ${levelsMax}`,
    rule: `<= ${levelsMax} levels`,
    meta: { levels: levelsMax },
  })

/** An escaped surrogate; once parsed and printed again, only one without its other half is still escaped. */
const halfPair = /(?<!\\)(?:\\\\)*\\u(d[89a-f][\da-f]{2})/i

const forbiddenCharacter = (field: string): Error =>
  problem({ kind: 'forbidden_character', status: 400, field, value: 'U+0000', rule: 'no null character' })

const halfCharacter = (code: string): Error =>
  problem({
    kind: 'half_character',
    status: 400,
    field: 'body',
    value: `U+${code.toUpperCase()}`,
    rule: 'whole characters',
  })

function refuseBadAddress(request: FastifyRequest, limits: HttpLimits): void {
  if (request.url.length > limits.urlLength)
    throw problem({ kind: 'address_too_long', status: 414, meta: { limit: limits.urlLength } })
  if (request.url.includes('%00')) throw forbiddenCharacter('address')
}

function perMinuteOf({ actor }: Identity, { perMinute }: HttpLimits): number {
  if (!actor) return perMinute.address
  // An enterprise's own system asks as often as a person may.
  return actor.kind === 'machine' && !hasRole(actor, 'enterprise') ? perMinute.machine : perMinute.account
}

type Answering = {
  readonly deps: Deps
  readonly counters: Counters
  readonly limits: HttpLimits
  readonly identity: Identity
}

function sendProblem(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  answering: Answering,
): FastifyReply {
  const { deps, counters, limits, identity } = answering
  const path = request.url.split('?')[0] ?? request.url
  const lang = chooseLang(request.headers['accept-language'], identity.actor)
  const filled = withRequestValues(thrown, request, limits)
  const sent = describeProblem(filled, { lang, path, requestId: request.id })
  const line = {
    requestId: request.id,
    method: request.method,
    path,
    kind: sent.body.kind,
    account: identity.actor?.accountId,
  }
  if (sent.bug) deps.log.error({ ...line, err: thrown }, 'a bug')
  else deps.log.info({ ...line, errors: sent.body.errors.map(({ field, rule }) => `${field}: ${rule}`) }, 'refused')
  counters.refused(sent.body.kind)
  if (sent.retryAfterSeconds !== null) reply.header('retry-after', sent.retryAfterSeconds)
  const allowed = sent.body.meta?.allowed
  if (sent.body.status === 405 && Array.isArray(allowed)) reply.header('allow', allowed.join(', '))
  return reply
    .code(sent.body.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-request-id', request.id)
    .send(JSON.stringify(sent.body))
}

/** What the framework's own refusals do not say: the limit, the media type. */
function withRequestValues(thrown: unknown, request: FastifyRequest, limits: HttpLimits): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null
  if (thrown instanceof ProblemError) return thrown
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const limitBytes = request.routeOptions.bodyLimit ?? limits.bodyBytes
    const value = Number(request.headers['content-length']) || null
    return problem({
      kind: 'body_too_large',
      status: 413,
      field: 'body',
      value,
      rule: `max ${limitBytes} bytes`,
      meta: { limitBytes },
    })
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const mediaType = request.headers['content-type'] ?? ''
    return problem({
      kind: 'unsupported_media_type',
      status: 415,
      field: 'content-type',
      value: mediaType,
      rule: 'application/json',
      meta: { mediaType },
    })
  }
  return thrown
}

const hourMs = 3_600_000

function addDescription(
  app: FastifyInstance,
  router: ModuleRouter,
  stories: readonly ApiStory[],
  clock: Deps['clock'],
): void {
  let made: { readonly at: number; readonly document: ReturnType<typeof describeApi> } | null = null
  // Instants of the examples lie ahead, so the document is made anew each hour.
  const describe = () => {
    const now = clock()
    if (!made || now - made.at > hourMs) made = { at: now, document: describeApi(router, stories, now) }
    return made.document
  }
  app.get(`${apiPrefix}/openapi.json`, async (_request, reply) => {
    reply.header('cache-control', 'no-cache')
    return describe()
  })
  app.get('/api/docs', async (request, reply) => {
    const lang = chooseLang(request.headers['accept-language'], null)
    const html = renderDocs(await describe(), stories, { lang, nonce: reply.cspNonce.style, now: clock() })
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html)
  })
}

const localAddresses = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

function addHealth(
  app: FastifyInstance,
  deps: Deps,
  counters: Counters,
  identityOf: (request: FastifyRequest) => Identity,
): void {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async () => {
    try {
      await deps.database.exec('select 1')
      return { status: 'ready' }
    } catch (cause) {
      deps.log.error({ err: cause }, 'the database does not answer')
      throw problem({ kind: 'not_ready', status: 503, retryAfterSeconds: 5 })
    }
  })
  app.get('/metrics', async (request, reply) => {
    const { actor } = identityOf(request)
    // A proxy on this machine also comes from a local address, but says whom it speaks for.
    const local = localAddresses.has(request.ip) && request.headers['x-forwarded-for'] === undefined
    if (!local && !(actor && hasRole(actor, 'admin', 'auditor')))
      throw problem({ kind: 'no_route', status: 404, meta: { method: 'GET', path: '/metrics' } })
    return reply.type('text/plain; version=0.0.4').send(counters.print())
  })
}
