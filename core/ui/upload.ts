import { FileInfo } from '@tingzhou/files/contract'
import type { output as ZodOutput } from 'zod'
import { decodeProblem, toProblem } from './api.ts'
import type { Outcome } from './command.ts'
import { serverLang } from './i18n.ts'

export type UploadedFile = {
  readonly id: string
  readonly name: string
  readonly mediaType: string
  readonly size: number
  readonly place?: { readonly lon: number; readonly lat: number } | null
  readonly takenAt?: number | null
  /** A small picture of it stands under `/thumbnail`. */
  readonly thumbnail?: boolean
}

export type UploadOptions = {
  readonly fields?: Readonly<Record<string, string>>
  /** Share sent, 0 to 1. */
  readonly onProgress?: (share: number) => void
  readonly path?: string
}

/** Sends one file. XMLHttpRequest, because fetch tells nothing of what has been sent. */
export function uploadFile(
  file: File,
  options: UploadOptions = {},
): { readonly done: Promise<Outcome<UploadedFile>>; readonly stop: () => void } {
  const request = new XMLHttpRequest()
  const form = new FormData()
  for (const [name, value] of Object.entries(options.fields ?? {})) form.append(name, value)
  form.append('file', file, file.name)
  const done = new Promise<Outcome<UploadedFile>>((resolve) => {
    request.upload.addEventListener(
      'progress',
      (event) => event.lengthComputable && options.onProgress?.(event.loaded / event.total),
    )
    request.addEventListener('load', () => resolve(readAnswer(request)))
    request.addEventListener('error', () => resolve({ ok: false, problem: toProblem(new TypeError('no answer')) }))
  })
  request.open('POST', options.path ?? '/api/v1/files')
  request.setRequestHeader('accept-language', serverLang())
  request.send(form)
  return { done, stop: () => request.abort() }
}

function readAnswer(request: XMLHttpRequest): Outcome<UploadedFile> {
  const body = parse(request.responseText)
  const info = request.status < 300 ? FileInfo.safeParse(body) : null
  if (info?.success) return { ok: true, value: uploadedFile(info.data) }
  return { ok: false, problem: decodeProblem(body, request.status, request.getResponseHeader('x-request-id')) }
}

/** The answer of the files API as forms keep it. */
function uploadedFile({
  id,
  name,
  mediaType,
  sizeBytes,
  place,
  takenAt,
  thumbnail,
}: ZodOutput<typeof FileInfo>): UploadedFile {
  return {
    id,
    name,
    mediaType,
    size: sizeBytes,
    place: place && { lon: place.longitude, lat: place.latitude },
    takenAt,
    thumbnail,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
