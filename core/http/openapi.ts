import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { Problem } from './contract.ts'
import type { ModuleRouter } from './module.ts'
import { exampleBody, templateOf, type ApiStory } from './story.ts'

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

/**
 * The OpenAPI 3.1 document of the contract; every operation may answer with problem details, and has the examples of the stories.
 * @param now  from which instants of the examples are reckoned
 */
export async function describeApi(
  router: ModuleRouter,
  stories: readonly ApiStory[],
  now: number,
): Promise<OpenAPI.Document> {
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
  for (const story of stories) addExamples(document, story, now)
  // The generator's path type is a union that a literal does not narrow to.
  document.paths = { ...document.paths, '/events': { get: eventsOperation } as OpenAPI.PathItemObject }
  return document
}

/** @throws Error when a step asks for an operation that the contract does not have */
function addExamples(document: OpenAPI.Document, { key, steps }: ApiStory, now: number): void {
  for (const [index, step] of steps.entries()) {
    const [, item] =
      Object.entries(document.paths ?? {}).find(([path]) => templateOf(path) === templateOf(step.path)) ?? []
    const operation = item?.[methodOf(step.method)]
    if (!operation)
      throw new Error(`the story ${key} calls ${step.method} ${step.path}, which the contract does not have`)
    const value = exampleBody(step, now)
    if (value === undefined || !operation.requestBody || !('content' in operation.requestBody)) continue
    const media = operation.requestBody.content['application/json']
    if (media) media.examples = { ...media.examples, [`${key}-${index + 1}`]: { summary: step.title['zh-CN'], value } }
  }
}

const methodOf = (method: string) => methods.find((one) => one.toUpperCase() === method) ?? 'get'

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

/** The operations of one path. */
export const operationsOf = (item: OpenAPI.PathItemObject | undefined): OpenAPI.OperationObject[] =>
  methods.flatMap((method) => item?.[method] ?? [])
