import { createORPCClient, ORPCError } from '@orpc/client'
import type { AnyContractRouter, ContractRouterClient } from '@orpc/contract'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { createTanstackQueryUtils, type RouterUtils } from '@orpc/tanstack-query'
import { serverLang } from './i18n.ts'
import { hearZoneTime } from './zone-clock.ts'

export type FieldError = {
  readonly field: string
  readonly value?: unknown
  readonly rule?: string
  readonly message: string
}

export type ProblemBody = {
  readonly kind: string
  readonly title: string
  readonly detail?: string
  readonly status: number
  readonly requestId: string | null
  readonly errors: readonly FieldError[]
  readonly meta?: unknown
}

/** A refusal or failure of the server, RFC 9457, in the reader's language; `offline` when no answer came. */
export class ApiProblem extends ORPCError<string, ProblemBody> {
  get kind(): string {
    return this.data.kind
  }
  get title(): string {
    return this.data.title
  }
  get detail(): string | undefined {
    return this.data.detail
  }
  get errors(): readonly FieldError[] {
    return this.data.errors
  }
  get requestId(): string | null {
    return this.data.requestId
  }
}

/** Reads a problem body; what is not one becomes kind `unknown` with the status it came with. */
export function decodeProblem(body: unknown, status: number, requestId: string | null = null): ApiProblem {
  const record = isRecord(body) ? body : {}
  const data: ProblemBody = {
    kind: text(record['kind']) ?? 'unknown',
    title: text(record['title']) ?? '',
    status,
    requestId: text(record['requestId']) ?? requestId,
    errors: Array.isArray(record['errors']) ? record['errors'].flatMap(decodeFieldError) : [],
    ...optional('detail', text(record['detail'])),
    ...optional('meta', record['meta']),
  }
  return new ApiProblem(data.kind, { status: status >= 400 ? status : 500, message: data.title || data.kind, data })
}

function decodeFieldError(entry: unknown): FieldError[] {
  if (!isRecord(entry)) return []
  const { field, value, rule, message } = entry
  return [
    {
      field: text(field) ?? '',
      message: text(message) ?? text(rule) ?? '',
      ...optional('rule', text(rule)),
      ...optional('value', value),
    },
  ]
}

/** Whether the address leads nowhere: nothing there within reach, or what stands for an id cannot be one. */
export function isNowhere(error: unknown): boolean {
  const { status } = toProblem(error).data
  return status === 404 || (status === 400 && toProblem(error).errors.some(({ field }) => field === 'id'))
}

/** Any thrown value as a problem, so that screens handle one kind of failure. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  if (error instanceof ORPCError) return decodeProblem({ kind: error.code, title: error.message }, error.status)
  const offline = error instanceof TypeError
  const kind = offline ? 'offline' : 'unknown'
  const data: ProblemBody = { kind, title: '', status: 0, requestId: null, errors: [] }
  return new ApiProblem(kind, { status: 503, message: String(error), data, cause: error })
}

/**
 * The answer to a move. In what refuses it, fields have the names that its form gives them: the server's `move.reason` is `reason`.
 * @throws ApiProblem
 */
export async function moveAnswer<T>(answer: PromiseLike<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    const problem = toProblem(error)
    const { data } = problem
    if (!data.errors.some(({ field }) => field.startsWith('move.'))) throw problem
    const errors = data.errors.map((entry) => ({ ...entry, field: entry.field.replace(/^move\./, '') }))
    throw decodeProblem({ ...data, errors }, data.status, data.requestId)
  }
}

/** Where the API answers; tests against a server elsewhere pass their own. */
export type ApiOptions = { readonly origin?: string; readonly headers?: Readonly<Record<string, string>> }

/** `fetch` that relabels problem details as JSON, which is the only body the link parses. */
async function fetchJson(request: Request, init: RequestInit): Promise<Response> {
  const response = await fetch(request, { ...init, credentials: 'same-origin' })
  hearZoneTime(response.headers.get('x-zone-time'))
  const mediaType = response.headers.get('content-type') ?? ''
  if (!mediaType.startsWith('application/problem+json')) return response
  const headers = new Headers(response.headers)
  headers.set('content-type', 'application/json')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

/**
 * The typed client of a contract.
 * @param contract  a module's contract router
 * @param name      first part of every query key, the module's name
 * @returns query utils: `.queryOptions({ input })`, `.key()`, `.call(input)` on every procedure
 */
export function createApi<C extends AnyContractRouter>(
  contract: C,
  name: string,
  options: ApiOptions = {},
): RouterUtils<ContractRouterClient<C>> {
  const link = new OpenAPILink(contract, {
    url: () => `${options.origin ?? window.location.origin}/api/v1`,
    headers: () => ({ 'accept-language': serverLang(), ...options.headers }),
    fetch: fetchJson,
    interceptors: [({ next }) => next().catch((error: unknown) => Promise.reject(noticed(toProblem(error))))],
    customErrorResponseBodyDecoder: (body, response) =>
      decodeProblem(body, response.status, headerOf(response.headers['x-request-id'])),
  })
  const client: ContractRouterClient<C> = createORPCClient(link)
  return createTanstackQueryUtils(client, { path: [name] })
}

/** Told to the shell when an answer says that nobody is signed in any more. */
export const signedOutEvent = 'tz:signed-out'

function noticed(problem: ApiProblem): ApiProblem {
  if (problem.status === 401 && typeof window !== 'undefined') window.dispatchEvent(new Event(signedOutEvent))
  return problem
}

function headerOf(value: string | readonly string[] | undefined): string | null {
  return (typeof value === 'string' ? value : value?.[0]) ?? null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  // A computed key is widened to string by TypeScript; the record has exactly this key or none.
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: V }
}
