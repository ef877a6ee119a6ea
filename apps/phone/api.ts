import { lang } from './i18n.ts'

/** A refusal of the server in the reader's language, RFC 9457. */
export type Problem = {
  readonly kind: string
  readonly title: string
  readonly detail: string | null
  readonly status: number
  readonly fields: readonly { readonly field: string; readonly message: string }[]
}

/** `away`: no answer came, or the server cannot answer now; `signed_out`: nobody is signed in; `refused`: it never will. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: 'away' | 'signed_out' | 'refused'; readonly problem: Problem }

const waitMaxMs = 30_000
// Too early, too many, timed out: the same again may pass.
const passing = new Set([408, 425, 429])

/**
 * Asks the server.
 * @param path  below /api/v1
 * @param body  sent as JSON, a form as it is
 */
export async function ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer<T>> {
  const isForm = body instanceof FormData
  try {
    const response = await fetch(`/api/v1${path}`, {
      method,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(isForm ? 4 * waitMaxMs : waitMaxMs),
      headers: {
        'accept-language': lang(),
        ...(body && !isForm ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    const value: unknown = text === '' ? null : JSON.parse(text)
    // The contract of the server says what a path answers.
    if (response.ok) return { ok: true, value: value as T }
    return { ok: false, why: whyOf(response.status), problem: problemOf(value, response.status) }
  } catch (error) {
    return { ok: false, why: 'away', problem: problemOf({ kind: 'offline', detail: String(error) }, 0) }
  }
}

function whyOf(status: number): 'away' | 'signed_out' | 'refused' {
  if (status === 401) return 'signed_out'
  return status >= 500 || passing.has(status) ? 'away' : 'refused'
}

function problemOf(body: unknown, status: number): Problem {
  const record: Readonly<Record<string, unknown>> = isRecord(body) ? body : {}
  const errors = Array.isArray(record['errors']) ? record['errors'] : []
  return {
    kind: text(record['kind']) ?? 'unknown',
    title: text(record['title']) ?? '',
    detail: text(record['detail']),
    status,
    fields: errors.filter(isRecord).map((entry) => ({
      field: text(entry['field']) ?? '',
      message: text(entry['message']) ?? text(entry['rule']) ?? '',
    })),
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** Sends one photo. @returns its id and place among the files */
export function sendPhoto(photo: Blob, name: string): Promise<Answer<{ readonly id: string }>> {
  const form = new FormData()
  form.append('purpose', 'evidence')
  form.append('file', new File([photo], name, { type: photo.type }), name)
  return ask('POST', '/files', form)
}
