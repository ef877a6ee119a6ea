import { JsonSchemaCoercer } from '@orpc/json-schema'
import { OpenAPIHandler } from '@orpc/openapi/fastify'
import type { JSONSchema } from '@orpc/openapi'
import type { AnySchema } from '@orpc/contract'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import type { FastifyInstance } from 'fastify'
import type { RequestContext } from './context.ts'
import { allowedMethods, type RouteEntry } from './route-table.ts'
import type { ModuleRouter } from './module.ts'
import { problem } from './problem.ts'

export const apiPrefix = '/api/v1'

export type ApiOptions = {
  readonly router: ModuleRouter
  readonly routes: readonly RouteEntry[]
  readonly makeContext: (request: RequestContext['request'], reply: RequestContext['reply']) => RequestContext
  readonly timeLimitMs: number
}

/** Mounts the contract's routes under `/api/v1`; whatever a handler throws reaches the server's one error handler. */
export function addApi(app: FastifyInstance, options: ApiOptions): void {
  const failures = new WeakMap<RequestContext, { readonly error: unknown }>()
  const coerce = createCoercion()
  const handler = new OpenAPIHandler<RequestContext>(options.router, {
    interceptors: [
      async ({ context, next }) => {
        try {
          return await next()
        } catch (error) {
          failures.set(context, { error })
          return { matched: false, response: undefined }
        }
      },
    ],
    clientInterceptors: [
      (call) =>
        withinTime(options.timeLimitMs, () => call.next({ ...call, input: coerce(call.procedure, call.input) })),
    ],
  })
  app.all(`${apiPrefix}/*`, async (request, reply) => {
    const context = options.makeContext(request, reply)
    const { matched } = await handler.handle(request, reply, { prefix: apiPrefix, context })
    if (matched) return reply
    const failure = failures.get(context)
    throw failure ? failure.error : noRoute(request.method, request.url, options.routes)
  })
}

/** 405 where another method would do, else 404. */
export function noRoute(method: string, url: string, routes: readonly RouteEntry[]): Error {
  const path = url.split('?')[0] ?? url
  const allowed = allowedMethods(routes, path.slice(apiPrefix.length))
  const meta = { method, path, allowed }
  if (allowed.length > 0) return problem({ kind: 'method_not_allowed', status: 405, meta })
  return problem({ kind: 'no_route', status: 404, meta: { method, path } })
}

async function withinTime<T>(timeLimitMs: number, work: () => PromiseLike<T> | T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const error = problem({
      kind: 'timed_out',
      status: 503,
      meta: { seconds: timeLimitMs / 1_000 },
      retryAfterSeconds: 5,
    })
    timer = setTimeout(() => reject(error), timeLimitMs)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}

type Called = {
  readonly '~orpc': {
    readonly inputSchema?: AnySchema | undefined
    readonly route: { readonly method?: string; readonly path?: string }
  }
}

/** Addresses carry text only: numbers and booleans in query and path are read as their schema says. Bodies stay as sent. */
function createCoercion(): (procedure: Called, input: unknown) => unknown {
  const converter = new ZodToJsonSchemaConverter()
  const coercer = new JsonSchemaCoercer()
  const schemas = new WeakMap<object, JSONSchema>()
  const schemaOf = (schema: AnySchema): JSONSchema => {
    const known = schemas.get(schema)
    if (known !== undefined) return known
    const [, made] = converter.convert(schema, { strategy: 'input' })
    schemas.set(schema, made)
    return made
  }
  return (procedure, input) => {
    const { inputSchema, route } = procedure['~orpc']
    if (!inputSchema || !isRecord(input)) return input
    const names = [...(route.path ?? '').matchAll(/\{\+?(\w+)\}/g)].flatMap((match) => match[1] ?? [])
    if (route.method !== 'GET' && names.length === 0) return input
    const schema = schemaOf(inputSchema)
    const read = coercer.coerce(schema, route.method === 'GET' ? asLists(schema, input) : input)
    if (route.method === 'GET' || !isRecord(read)) return read
    return { ...input, ...Object.fromEntries(names.map((name) => [name, read[name]])) }
  }
}

/** A parameter that may be given several times is a list when it is given once, too. */
function asLists(schema: JSONSchema, input: Record<string, unknown>): Record<string, unknown> {
  const properties = typeof schema === 'object' ? (schema.properties ?? {}) : {}
  const isList = (name: string) => {
    const property = properties[name]
    return typeof property === 'object' && property.type === 'array'
  }
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, isList(name) && typeof value === 'string' ? [value] : value]),
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
