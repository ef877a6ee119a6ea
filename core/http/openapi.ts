import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { Problem } from './contract.ts'
import type { ModuleRouter } from './module.ts'

/** The OpenAPI 3.1 document of the contract; every operation may answer with problem details. */
export async function describeApi(router: ModuleRouter): Promise<OpenAPI.Document> {
  const converter = new ZodToJsonSchemaConverter()
  const [, problemSchema] = converter.convert(Problem, { strategy: 'output' })
  const generator = new OpenAPIGenerator({ schemaConverters: [converter] })
  const document = await generator.generate(router, {
    info: { title: 'Tingzhou 庭州', version: '0.1.0', description: 'No loop stays open.' },
    servers: [{ url: '/api/v1' }],
    components: {
      schemas: { Problem: problemSchema as OpenAPI.SchemaObject },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'tingzhou.session_token' },
        key: { type: 'http', scheme: 'bearer', description: 'tz_…' },
      },
    },
    security: [{ session: [] }, { key: [] }],
  })
  for (const item of Object.values(document.paths ?? {}))
    for (const operation of operationsOf(item))
      operation.responses = { ...operation.responses, default: problemResponse }
  // The generator's path type is a union that a literal does not narrow to.
  document.paths = { ...document.paths, '/events': { get: eventsOperation } as OpenAPI.PathItemObject }
  return document
}

const problemResponse: OpenAPI.ResponseObject = {
  description: 'Problem details, RFC 9457',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

const eventsOperation: OpenAPI.OperationObject = {
  operationId: 'http.events',
  summary: '实时事件（SSE）',
  tags: ['http'],
  responses: {
    200: {
      description: 'One message a change: {type, objectKind, objectId}',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    default: problemResponse,
  },
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

/** The operations of one path. */
export const operationsOf = (item: OpenAPI.PathItemObject | undefined): OpenAPI.OperationObject[] =>
  methods.flatMap((method) => item?.[method] ?? [])
