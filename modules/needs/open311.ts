import '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { chooseLang, fill, ProblemError, problemText, type Deps } from '@tingzhou/http'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Actor, Lang } from '@tingzhou/parties'
import type { Category } from './categories-contract.ts'
import { formats, readFormat, toW3c, writeDocument, type Format, type Plain } from './open311-format.ts'
import { formOf, textIn, type Answers } from './open311-form.ts'
import { PostedRequest, postRequest, type PostError } from './open311-post.ts'
import { closedStates, findByToken, readRequests, type PublicRequest, type RequestFilter } from './open311-requests.ts'
import { needsDeps } from './runtime.ts'
import { findCategory, listCategories } from './taxonomy.ts'
import { texts } from './texts.ts'

const base = '/open311/v2'
// A city's client asks for a list a minute; a crawler is slowed down.
const perMinute = 300
const rowsMax = 1_000
const daysMax = 90
const dayMs = 86_400_000

/** A refusal as GeoReport v2 says it: HTTP status and the same code in the body. */
class Open311Error extends Error {
  readonly status: number
  readonly descriptions: readonly string[]

  constructor(status: number, ...descriptions: readonly string[]) {
    super(descriptions.join('; '))
    this.status = status
    this.descriptions = descriptions
  }
}

type Scene = { readonly deps: Deps; readonly lang: Lang; readonly query: Readonly<Record<string, unknown>> }
type Answer = { readonly root: string; readonly value: Plain; readonly status?: number }

/**
 * The GeoReport v2 face of appeals: services, definitions, requests, tokens and discovery, as JSON and XML, outside the contract.
 * Source: Open311 GeoReport v2, wiki.open311.org/GeoReport_v2; casework.md §13.
 */
export function addOpen311(app: FastifyInstance, deps: Deps): void {
  const limited = { config: { rateLimit: { max: perMinute, timeWindow: 60_000, allowList: [] } } }
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body: string, done) => {
      done(null, [...new URLSearchParams(body)])
    },
  )
  // Any site's page may read what is public; nothing here looks at cookies.
  app.addHook('onSend', async (_request, reply) => {
    reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin')
  })
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, deps))
  const answer =
    (make: (scene: Scene, name: string, request: FastifyRequest) => Promise<Answer>) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const { name, format } = readFormat(fileOf(request), request.headers.accept)
      if (!format) throw new Open311Error(404, `format not supported; use .json or .xml`)
      const lang = chooseLang(request.headers['accept-language'], null)
      const query = isRecord(request.query) ? request.query : {}
      checkJurisdiction(deps, textOf(query.jurisdiction_id))
      const { root, value, status = 200 } = await make({ deps, lang, query }, name, request)
      return reply
        .code(status)
        .type(formats[format])
        .send(writeDocument(format, root, value))
    }

  app.get(`${base}/:file`, limited, answer(getList))
  app.get(`${base}/services/:file`, limited, answer(getDefinition))
  app.get(`${base}/requests/:file`, limited, answer(getRequest))
  app.get(`${base}/tokens/:file`, limited, answer(getToken))
  app.post(`${base}/:file`, limited, answer(post))
  app.get(
    '/open311/:file',
    limited,
    answer(async (scene, name) => (name === 'discovery' ? discovery(scene) : nothingThere())),
  )
}

function nothingThere(): never {
  throw new Open311Error(404, 'no such resource; there are services, requests, tokens and discovery')
}

async function getList(scene: Scene, name: string): Promise<Answer> {
  switch (name) {
    case 'services':
      return { root: 'services', value: await services(scene) }
    case 'requests':
      return { root: 'service_requests', value: await requests(scene, readFilter(scene)) }
    case 'discovery':
      return discovery(scene)
    default:
      return nothingThere()
  }
}

async function services({ deps, lang }: Scene): Promise<Plain> {
  const categories = await listCategories(deps.db, deps.zoneId)
  const names = new Map(categories.map((one) => [one.code, nameOf(one, lang)]))
  return categories
    .filter((one) => one.parent !== null && !one.retired)
    .map((one) => ({
      service_code: one.code,
      service_name: nameOf(one, lang),
      description: [names.get(one.parent ?? ''), nameOf(one, lang)].filter(Boolean).join(' · '),
      metadata: formOf(one.code).length > 0,
      type: 'realtime',
      keywords: one.hint.split(/\s+/).filter(Boolean).join(', '),
      group: names.get(one.parent ?? '') ?? '',
    }))
}

const nameOf = (category: Category, lang: Lang): string => (lang === 'en' ? category.nameEn : category.nameZh)

async function getDefinition({ deps, lang }: Scene, code: string): Promise<Answer> {
  const category = await findCategory(deps.db, deps.zoneId, code)
  if (!category || category.parent === null || category.retired)
    throw new Open311Error(404, 'service_code was not found')
  const attributes = formOf(code).map((one, index) => ({
    variable: true,
    code: one.code,
    datatype: one.datatype,
    required: one.required,
    datatype_description: '',
    order: index + 1,
    description: textIn(one, lang),
    values: one.values.map((choice) => ({ key: choice.key, name: textIn(choice, lang) })),
  }))
  return { root: 'service_definition', value: { service_code: code, attributes } }
}

async function getRequest(scene: Scene, no: string): Promise<Answer> {
  const value = await requests(scene, { ...noFilter, ids: [no] })
  if (Array.isArray(value) && value.length === 0) throw new Open311Error(404, 'service_request_id was not found')
  return { root: 'service_requests', value }
}

async function getToken({ deps }: Scene, token: string): Promise<Answer> {
  const known = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(token)
  const no = known ? await findByToken(deps.db, deps.zoneId, token.toLowerCase()) : null
  if (no === null) throw new Open311Error(404, 'token was not found')
  return { root: 'service_requests', value: [{ service_request_id: no, token }] }
}

const noFilter: RequestFilter = {
  ids: [],
  serviceCodes: [],
  status: null,
  from: null,
  to: null,
  offset: 0,
  limit: rowsMax,
}

function readFilter({ deps, query }: Scene): RequestFilter {
  const ids = wordsOf(query.service_request_id)
  const paging = readPaging(query)
  // Ids override every other filter.
  if (ids.length > 0) return { ...noFilter, ...paging, ids: ids.slice(0, rowsMax) }
  const span = readSpan(query, deps.clock())
  return {
    ...noFilter,
    ...paging,
    ...span,
    serviceCodes: wordsOf(query.service_code),
    status: readStatus(query.status),
  }
}

function readStatus(given: unknown): 'open' | 'closed' | null {
  const wanted = new Set(wordsOf(given))
  for (const one of wanted)
    if (one !== 'open' && one !== 'closed') throw new Open311Error(400, 'status: open, closed or both')
  if (wanted.size !== 1) return null
  return wanted.has('open') ? 'open' : 'closed'
}

function readPaging(query: Scene['query']): Pick<RequestFilter, 'offset' | 'limit'> {
  const limit = readWhole(query.page_size ?? query.per_page, 'page_size', rowsMax, rowsMax)
  const page = readWhole(query.page, 'page', 1, 10_000)
  return { limit, offset: (page - 1) * limit }
}

function readWhole(given: unknown, name: string, absent: number, max: number): number {
  const text = textOf(given)
  if (text === undefined) return absent
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (value < 1 || value > max) throw new Open311Error(400, `${name}: a whole number from 1 to ${max}`)
  return value
}

function readSpan(query: Scene['query'], now: EpochMs): Pick<RequestFilter, 'from' | 'to'> {
  const start = readInstant(query.start_date, 'start_date')
  const end = readInstant(query.end_date, 'end_date')
  const to = end ?? (start === null ? epochMs(now + 1) : epochMs(Math.min(now + 1, start + daysMax * dayMs)))
  const from = start ?? epochMs(to - daysMax * dayMs)
  if (from > to) throw new Open311Error(400, 'start_date must not be after end_date')
  if (to - from > daysMax * dayMs)
    throw new Open311Error(400, `start_date and end_date may not span more than ${daysMax} days`)
  return { from, to }
}

function readInstant(given: unknown, name: string): EpochMs | null {
  const text = textOf(given)
  if (text === undefined) return null
  // In an address a plus sign that was not escaped arrives as a space.
  const ms = /^\d{4}-\d{2}-\d{2}(T|$)/.test(text) ? Date.parse(text.replace(' ', '+')) : Number.NaN
  if (Number.isNaN(ms)) throw new Open311Error(400, `${name}: a date and time such as 2026-11-22T12:00:00+08:00`)
  return epochMs(ms)
}

async function requests({ deps, lang }: Scene, filter: RequestFilter): Promise<Plain> {
  const rows = await readRequests(deps.db, deps.zoneId, filter)
  const categories = new Map((await listCategories(deps.db, deps.zoneId)).map((one) => [one.code, one]))
  return rows.map((row) => toRequest(row, categories.get(row.category ?? ''), lang))
}

const toRequest = (row: PublicRequest, category: Category | undefined, lang: Lang): Plain => ({
  service_request_id: row.no,
  status: closedStates.includes(row.state) ? 'closed' : 'open',
  status_notes: row.lastReply,
  service_name: category ? nameOf(category, lang) : null,
  service_code: row.category,
  description: row.description,
  agency_responsible: row.owner,
  service_notice: null,
  requested_datetime: toW3c(row.receivedAt),
  updated_datetime: toW3c(row.updatedAt),
  expected_datetime: row.dueAt === null ? null : toW3c(row.dueAt),
  address: row.address === '' ? null : row.address,
  address_id: null,
  zipcode: null,
  lat: row.lat,
  long: row.long,
  media_url: row.mediaUrl,
})

async function post({ deps, lang }: Scene, name: string, request: FastifyRequest): Promise<Answer> {
  if (name !== 'requests') return nothingThere()
  const fields = fieldsOf(request.body)
  if (fields.some((pair) => pair.some((text) => text.includes('\0'))))
    throw new Open311Error(400, 'text must not hold the null character (U+0000)')
  const body = new Map(fields)
  checkJurisdiction(deps, body.get('jurisdiction_id'))
  const actor = await actorOf(
    deps,
    request,
    body.get('api_key') ?? textOf(request.query && isRecord(request.query) ? request.query.api_key : undefined),
  )
  const posted = PostedRequest.safeParse(
    Object.fromEntries(fields.filter(([key, value]) => !key.startsWith('attribute[') && value !== '')),
  )
  if (!posted.success)
    throw new Open311Error(400, ...posted.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))
  const made = await postRequest(needsDeps(deps), actor, posted.data, answersOf(fields), lang)
  if (!made.ok) throw refusal(made.error, lang)
  const { no, token } = made.value
  const id = no === null ? { token } : { service_request_id: no }
  return {
    root: 'service_requests',
    value: [{ ...id, service_notice: null, account_id: actor.accountId }],
    status: 201,
  }
}

/** The one whose key was sent: as the field `api_key`, or as a header. */
async function actorOf(deps: Deps, request: FastifyRequest, key: string | undefined): Promise<Actor> {
  if (key) request.headers['x-api-key'] = key
  // A signed-in browser is not a client of this face: only keys count, so no other site can post with a cookie.
  delete request.headers.cookie
  const identity = await deps.access.identify(request).catch((error: unknown) => {
    if (error instanceof ProblemError) return null
    throw error
  })
  if (identity?.actor) return identity.actor
  throw new Open311Error(403, key ? 'api_key was refused' : 'api_key was not provided')
}

function answersOf(fields: readonly (readonly [string, string])[]): Answers {
  const answers: Record<string, string[]> = {}
  for (const [name, value] of fields) {
    const code = /^attribute\[([^\]]{1,40})\](?:\[\])?$/.exec(name)?.[1]
    if (code !== undefined) (answers[code] ??= []).push(value)
  }
  return Object.fromEntries(
    Object.entries(answers).map(([code, values]) => [code, values.length === 1 ? (values[0] ?? '') : values]),
  )
}

function refusal(error: PostError, lang: Lang): Open311Error {
  switch (error.kind) {
    case 'service_unknown':
      return new Open311Error(404, 'service_code was not found')
    case 'location_missing':
      return new Open311Error(400, 'lat and long, or address_string, are required')
    case 'description_missing':
      return new Open311Error(400, 'description is required')
    case 'attribute_missing':
      return new Open311Error(400, `attribute[${error.code}] is required`)
    case 'attribute_unknown':
      return new Open311Error(400, `attribute[${error.code}] is not asked for by this service`)
    case 'attribute_invalid':
      return new Open311Error(400, `attribute[${error.code}]: ${error.rule}`)
    case 'not_for_enterprise':
    case 'enterprise_needed':
      return new Open311Error(403, textOfProblem(error, lang, 'appeal'))
    default:
      return new Open311Error(400, textOfProblem(error, lang, 'appeal'))
  }
}

function textOfProblem({ kind, ...meta }: { readonly kind: string }, lang: Lang, area: string): string {
  const text = problemText(lang, kind, area)
  return fill(text.detail ?? text.title, meta)
}

/** One zone answers here; a client that names another is in the wrong place. */
function checkJurisdiction({ zoneId }: Deps, given: string | undefined): void {
  if (given !== undefined && given !== '' && given !== zoneId)
    throw new Open311Error(404, 'jurisdiction_id was not found')
}

function discovery({ deps, lang }: Scene): Answer {
  const url = `${deps.access.publicUrl.replace(/\/$/, '')}${base}`
  const changeset = '2026-11-22T00:00:00+08:00'
  const endpoint = {
    specification: 'http://wiki.open311.org/GeoReport_v2',
    url,
    changeset,
    type: 'production',
    formats: Object.values(formats).map((type) => type.split(';')[0] ?? type),
  }
  const { contact, key_service } = texts[lang].open311
  return { root: 'discovery', value: { changeset, contact, key_service, endpoints: [endpoint] } }
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, deps: Deps): FastifyReply {
  const format: Format = readFormat(fileOf(request), request.headers.accept).format ?? 'json'
  const { status, descriptions } = describe(error, chooseLang(request.headers['accept-language'], null))
  if (status >= 500) deps.log.error({ err: error, requestId: request.id }, 'open311')
  const list = descriptions.map((description) => ({ code: status, description }))
  return reply
    .code(status)
    .type(formats[format])
    .send(writeDocument(format, 'errors', list))
}

function describe(error: unknown, lang: Lang): Pick<Open311Error, 'status' | 'descriptions'> {
  if (error instanceof Open311Error) return error
  if (error instanceof ProblemError) {
    const { kind, meta = {}, status } = error.spec
    const text = problemText(lang, kind, error.spec.area)
    return { status, descriptions: [fill(text.detail ?? text.title, meta)] }
  }
  // Only refusals of the framework (size, media type) carry a status below 500.
  const status =
    error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  const told = status < 500 && error instanceof Error ? error.message : 'internal error'
  return { status, descriptions: [told] }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function fileOf({ params }: FastifyRequest): string {
  return isRecord(params) && typeof params.file === 'string' ? params.file : ''
}

// A parameter that comes twice counts once, as the first.
const textOf = (value: unknown): string | undefined => {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' && first.trim() !== '' ? first.trim() : undefined
}

const wordsOf = (value: unknown): readonly string[] =>
  (textOf(value) ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

function fieldsOf(body: unknown): readonly (readonly [string, string])[] {
  // Our own parser makes pairs of a form; JSON comes as an object.
  if (Array.isArray(body)) return body as [string, string][]
  if (!isRecord(body)) return []
  return Object.entries(body).flatMap(([key, value]) =>
    [value].flat().map((one): [string, string] => [key, String(one)]),
  )
}
