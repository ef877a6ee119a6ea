import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { apiPrefix, contextOf, problem, requireActor, unwrap, type Deps, type ProblemTable } from '@tingzhou/http'
import { fileSizeMax, receiveFile, type Purpose, type UploadError } from './file.ts'
import { openedLogOf } from './opened.ts'
import { findFile, type FoundFile } from './read.ts'

const problems = {
  file_too_large: { status: 413, area: 'files' },
  file_empty: { status: 422, area: 'files' },
  file_type_not_allowed: { status: 415, area: 'files' },
  file_type_mismatch: { status: 422, area: 'files' },
  file_not_an_image: { status: 422, area: 'files' },
  image_too_large: { status: 422, area: 'files' },
} satisfies ProblemTable<UploadError>

// Beside the file, a form brings a few short fields.
const formBytesMax = 65_536

/**
 * Uploads and downloads, which stream and therefore stand outside the contract.
 * @param app  a scope of its own
 */
export async function addFileRoutes(app: FastifyInstance, deps: Deps): Promise<void> {
  await app.register(multipart, {
    throwFileSizeLimit: false,
    limits: { files: 1, fields: 5, fieldSize: 1_000, fieldNameSize: 100, headerPairs: 50, fileSize: fileSizeMax + 1 },
  })
  app.post(`${apiPrefix}/files`, { bodyLimit: fileSizeMax + formBytesMax }, (request, reply) =>
    upload(deps, request, reply),
  )
  app.get<{ Params: { id: string } }>(`${apiPrefix}/files/:id`, async (request, reply) => {
    const file = await getFile(deps, request, reply, request.params.id)
    return send(deps, request, reply, file, {
      sha256: file.sha256,
      sizeBytes: file.size_bytes,
      mediaType: file.media_type,
      name: file.name,
    })
  })
  app.get<{ Params: { id: string } }>(`${apiPrefix}/files/:id/thumbnail`, async (request, reply) => {
    const file = await getFile(deps, request, reply, request.params.id)
    if (file.thumbnail_sha256 === null) throw notFound(request.params.id)
    return send(deps, request, reply, file, {
      sha256: file.thumbnail_sha256,
      sizeBytes: null,
      mediaType: 'image/webp',
      name: `${file.name}.webp`,
    })
  })
  app.get<{ Params: { id: string } }>(`${apiPrefix}/files/:id/original`, async (request, reply) => {
    const file = await getFile(deps, request, reply, request.params.id)
    if (file.original_sha256 === null) throw notFound(request.params.id)
    // The sender's own bytes are never shown in a page, only saved.
    const mediaType = 'application/octet-stream'
    return send(deps, request, reply, file, {
      sha256: file.original_sha256,
      sizeBytes: file.original_size_bytes,
      mediaType,
      name: file.name,
    })
  })
}

async function upload(deps: Deps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const actor = requireActor(contextOf(request, reply))
  if (!request.isMultipart())
    throw problem({
      kind: 'unsupported_media_type',
      status: 415,
      field: 'content-type',
      value: request.headers['content-type'] ?? '',
      rule: 'multipart/form-data',
      meta: { mediaType: request.headers['content-type'] ?? '' },
    })
  const query = request.query
  const part = await request.file()
  if (!part)
    throw problem({ kind: 'file_missing', status: 400, area: 'files', field: 'file', value: null, rule: 'one file' })
  const field = part.fields.purpose
  const asked = field && !Array.isArray(field) && field.type === 'field' ? field.value : purposeOf(query)
  const received = await receiveFile(
    deps,
    { stream: part.file, name: part.filename ?? '', type: part.mimetype ?? '', purpose: readPurpose(asked) },
    actor.accountId,
  )
  // What of the form was not read must be drained, or the answer waits for it.
  part.file.resume()
  const info = unwrap(received, problems)
  return reply.code(201).header('location', `${apiPrefix}/files/${info.id}`).send(info)
}

const purposeOf = (query: unknown): unknown =>
  typeof query === 'object' && query !== null && 'purpose' in query ? query.purpose : undefined

function readPurpose(value: unknown): Purpose {
  if (value === undefined || value === '' || value === 'attachment') return 'attachment'
  if (value === 'evidence') return 'evidence'
  throw problem({
    kind: 'invalid_input',
    status: 400,
    field: 'purpose',
    value,
    rule: 'attachment, evidence',
    meta: { count: 1, fields: 'purpose' },
  })
}

const notFound = (id: string): Error => problem({ kind: 'not_found', status: 404, field: 'id', value: id })

async function getFile(deps: Deps, request: FastifyRequest, reply: FastifyReply, id: string): Promise<FoundFile> {
  const actor = requireActor(contextOf(request, reply))
  const file = await findFile(deps.db, deps.zoneId, actor, id)
  if (!file) throw notFound(id)
  return file
}

/** Has an opening written down where each is. @returns whether it was */
async function noteOpening(
  deps: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  file: FoundFile,
): Promise<boolean> {
  const log = openedLogOf(file.object_kind)
  if (!log || file.object_id === null) return false
  // To ask for the head alone opens nothing.
  if (request.method === 'HEAD') return true
  const actor = requireActor(contextOf(request, reply))
  if (!(await log(deps, { actor, objectId: file.object_id, fileId: file.id }))) throw notFound(file.id)
  return true
}

type Sent = {
  readonly sha256: string
  readonly sizeBytes: number | null
  readonly mediaType: string
  readonly name: string
}

const shownInPage = (mediaType: string) => mediaType.startsWith('image/') || mediaType === 'application/pdf'

async function send(
  deps: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  found: FoundFile,
  file: Sent,
): Promise<FastifyReply> {
  const isLogged = await noteOpening(deps, request, reply, found)
  const etag = `"${file.sha256}"`
  reply
    .header('content-type', file.mediaType)
    .header('content-disposition', disposition(file))
    .header('x-content-type-options', 'nosniff')
    // Nothing in a file may run, load or be framed elsewhere. A PDF cannot be shown under `sandbox`.
    .header(
      'content-security-policy',
      `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'${file.mediaType === 'application/pdf' ? '' : '; sandbox'}`,
    )
    .header('cross-origin-resource-policy', 'same-origin')
    .header('cache-control', isLogged ? 'private, no-store' : 'private, max-age=3600')
    .header('accept-ranges', file.sizeBytes === null || isLogged ? 'none' : 'bytes')
  // Each opening asks the server, and for the whole.
  if (isLogged) return reply.send(deps.files.open(file.sha256))
  reply.header('etag', etag)
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  const range = file.sizeBytes === null ? null : readRange(request.headers.range, file.sizeBytes)
  if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${file.sizeBytes}`).send()
  if (file.sizeBytes !== null) reply.header('content-length', range ? range.end - range.start + 1 : file.sizeBytes)
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.sizeBytes}`)
  return reply.send(deps.files.open(file.sha256, range ?? undefined))
}

/** The name in UTF-8, and beside it one that every old client can read. RFC 6266. */
function disposition({ mediaType, name }: Sent): string {
  const plain = name.replaceAll(/[^\w. -]/g, '_')
  const utf8 = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${shownInPage(mediaType) ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${utf8}`
}

/** One range of bytes; several at once are answered with the whole. RFC 9110 section 14. */
function readRange(
  header: string | undefined,
  sizeBytes: number,
): { start: number; end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  const [from, to] = [match?.[1] ?? '', match?.[2] ?? '']
  if (from === '' && to === '') return null
  const start = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)
  return start <= end && start < sizeBytes ? { start, end } : 'unsatisfiable'
}
