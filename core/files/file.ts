import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { err, ok, type Clock, type EpochMs, type Result } from '@tingzhou/kernel'
import { at, newId, type Db } from '@tingzhou/db'
import { cleanImage, readTaken, type CleanImage, type ImageError, type Taken } from './image.ts'
import { sniff, type Sniffed, type SniffError } from './sniff.ts'
import type { Draft, FileStore, Kept } from './store.ts'

export type Purpose = 'attachment' | 'evidence'

/** A file as screens see it. */
export type FileInfo = {
  readonly id: string
  readonly name: string
  readonly mediaType: string
  readonly sizeBytes: number
  readonly sha256: string
  readonly purpose: Purpose
  readonly width: number | null
  readonly height: number | null
  readonly thumbnail: boolean
  /** Of evidence: the hash of the bytes as they came. */
  readonly originalSha256: string | null
  readonly place: { readonly longitude: number; readonly latitude: number } | null
  readonly takenAt: EpochMs | null
  readonly uploadedBy: string
  readonly uploadedAt: EpochMs
}

export type FileDeps = { readonly db: Db; readonly zoneId: string; readonly clock: Clock; readonly files: FileStore }
export type Upload = {
  readonly stream: Readable
  readonly name: string
  readonly type: string
  readonly purpose: Purpose
  readonly sizeMax?: number
}
export type UploadError =
  | SniffError
  | ImageError
  | { readonly kind: 'file_too_large'; readonly field: 'file'; readonly rule: string; readonly limitBytes: number }
  | { readonly kind: 'file_empty'; readonly field: 'file'; readonly rule: string }

/** 20 MB: a long document or a large photograph; a video of about a minute. */
export const fileSizeMax = 20 * 1_048_576
const nameLengthMax = 200

/**
 * Takes an upload: bytes to disk, looked at, made safe, kept; last of all the row. Whatever stops it, no row is without bytes.
 * @param uploadedBy  account id
 * Source: own. O(size).
 */
export async function receiveFile(
  deps: FileDeps,
  upload: Upload,
  uploadedBy: string,
): Promise<Result<FileInfo, UploadError>> {
  const limitBytes = upload.sizeMax ?? fileSizeMax
  const draft = await deps.files.receive(upload.stream, limitBytes)
  if (draft === 'too_large')
    return err({ kind: 'file_too_large', field: 'file', rule: `max ${limitBytes} bytes`, limitBytes })
  try {
    if (draft.sizeBytes === 0) return err({ kind: 'file_empty', field: 'file', rule: 'not empty' })
    const name = cleanName(upload.name)
    const sniffed = await sniff(draft.path, { name, type: upload.type })
    if (!sniffed.ok) return sniffed
    const kept = await keep(deps.files, draft, sniffed.value, name, upload.purpose)
    if (!kept.ok) return kept
    return ok(
      await insertFile(deps, {
        name,
        mediaType: sniffed.value.mediaType,
        purpose: upload.purpose,
        uploadedBy,
        ...kept.value,
      }),
    )
  } finally {
    await deps.files.discard(draft)
  }
}

/** No path, no control characters, and an end that still tells the type. */
function cleanName(name: string): string {
  const plain = basename(name.replaceAll('\\', '/'))
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .normalize('NFC')
    .trim()
  const chars = [...(plain || 'file')]
  return chars.length <= nameLengthMax ? chars.join('') : chars.slice(-nameLengthMax).join('')
}

type KeptFile = Kept & {
  readonly image: CleanImage | null
  readonly thumbnail: Kept | null
  readonly original: Kept | null
  readonly taken: Taken
}
const notTaken: Taken = { longitude: null, latitude: null, takenAt: null }

async function keep(
  files: FileStore,
  draft: Draft,
  { image }: Sniffed,
  name: string,
  purpose: Purpose,
): Promise<Result<KeptFile, ImageError>> {
  if (!image) return ok({ ...(await files.keep(draft)), image: null, thumbnail: null, original: null, taken: notTaken })
  const bytes = await readFile(draft.path)
  const clean = await cleanImage(bytes, image, name)
  if (!clean.ok) return clean
  const evidence = purpose === 'evidence'
  return ok({
    ...(await files.keepBytes(clean.value.bytes)),
    image: clean.value,
    thumbnail: await files.keepBytes(clean.value.thumbnail),
    original: evidence ? await files.keep(draft) : null,
    taken: evidence ? await readTaken(bytes) : notTaken,
  })
}

type NewFile = KeptFile & {
  readonly name: string
  readonly mediaType: string
  readonly purpose: Purpose
  readonly uploadedBy: string
}

async function insertFile({ db, zoneId, clock }: FileDeps, file: NewFile): Promise<FileInfo> {
  const row = await db
    .insertInto('file')
    .values({
      zone_id: zoneId,
      id: newId(),
      sha256: file.sha256,
      size_bytes: file.sizeBytes,
      media_type: file.mediaType,
      name: file.name,
      purpose: file.purpose,
      width: file.image?.width ?? null,
      height: file.image?.height ?? null,
      thumbnail_sha256: file.thumbnail?.sha256 ?? null,
      original_sha256: file.original?.sha256 ?? null,
      original_size_bytes: file.original?.sizeBytes ?? null,
      longitude: file.taken.longitude,
      latitude: file.taken.latitude,
      taken_at: file.taken.takenAt === null ? null : at(file.taken.takenAt),
      look: file.image?.look ?? null,
      uploaded_by: file.uploadedBy,
      uploaded_at: at(clock()),
    })
    .returning(fileColumns)
    .executeTakeFirstOrThrow()
  return toInfo(row)
}

/** The columns of `FileRow`. */
export const fileColumns = [
  'id',
  'name',
  'media_type',
  'size_bytes',
  'sha256',
  'purpose',
  'width',
  'height',
  'thumbnail_sha256',
  'original_sha256',
  'original_size_bytes',
  'longitude',
  'latitude',
  'taken_at',
  'uploaded_by',
  'uploaded_at',
] as const

export type FileRow = {
  readonly id: string
  readonly name: string
  readonly media_type: string
  readonly size_bytes: number
  readonly sha256: string
  readonly purpose: Purpose
  readonly width: number | null
  readonly height: number | null
  readonly thumbnail_sha256: string | null
  readonly original_sha256: string | null
  readonly original_size_bytes: number | null
  readonly longitude: number | null
  readonly latitude: number | null
  readonly taken_at: EpochMs | null
  readonly uploaded_by: string
  readonly uploaded_at: EpochMs
}

/** What screens see of a row. O(1). */
export const toInfo = (row: FileRow): FileInfo => ({
  id: row.id,
  name: row.name,
  mediaType: row.media_type,
  sizeBytes: row.size_bytes,
  sha256: row.sha256,
  purpose: row.purpose,
  width: row.width,
  height: row.height,
  thumbnail: row.thumbnail_sha256 !== null,
  originalSha256: row.original_sha256,
  place: row.longitude === null || row.latitude === null ? null : { longitude: row.longitude, latitude: row.latitude },
  takenAt: row.taken_at,
  uploadedBy: row.uploaded_by,
  uploadedAt: row.uploaded_at,
})
