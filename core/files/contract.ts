import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Instant } from '@tingzhou/http/contract'

/** A file as screens see it; its bytes are under `/files/{id}`, `/files/{id}/thumbnail` and `/files/{id}/original`. */
export const FileInfo = z.object({
  id: z.uuid(),
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int(),
  sha256: z.string(),
  purpose: z.enum(['attachment', 'evidence']),
  width: z.int().nullable(),
  height: z.int().nullable(),
  thumbnail: z.boolean(),
  originalSha256: z.string().nullable().describe('Of evidence: hash of the bytes as they came.'),
  place: z
    .object({ longitude: z.number(), latitude: z.number() })
    .nullable()
    .describe('Where the picture says it was taken, WGS-84; not verified.'),
  takenAt: Instant.nullable().describe('When the picture says it was taken; not verified.'),
  uploadedBy: z.string(),
  uploadedAt: Instant,
})

/** The public face of files; uploading and downloading stream and stand beside it (`POST /files`, `GET /files/{id}`). */
export const filesContract = {
  details: oc
    .route({ method: 'GET', path: '/files/{id}/details', summary: '文件信息', tags: ['files'] })
    .input(z.object({ id: z.uuid() }))
    .output(FileInfo),
}
