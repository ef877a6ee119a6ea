import { createORPCClient, ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { accessContract } from '@tingzhou/access/contract'
import { calendarContract } from '@tingzhou/calendar/contract'
import { chainsContract } from '@tingzhou/chains/contract'
import { crossborderContract } from '@tingzhou/crossborder/contract'
import { demoContract } from '@tingzhou/demo/contract'
import { freightContract } from '@tingzhou/freight/contract'
import { marketContract } from '@tingzhou/market/contract'
import { needsContract } from '@tingzhou/needs/contract'
import { registryContract } from '@tingzhou/registry/contract'
import { telemetryContract } from '@tingzhou/telemetry/contract'

/** The public faces that the simulator speaks to; nothing else of the server is known to it. */
const contract = {
  access: accessContract,
  calendar: calendarContract,
  chains: chainsContract,
  crossborder: crossborderContract,
  demo: demoContract,
  freight: freightContract,
  market: marketContract,
  needs: needsContract,
  registry: registryContract,
  telemetry: telemetryContract,
}

/** The zone's API as one account. */
export type Api = ContractRouterClient<typeof contract>

/** The server refused; `kind` is that of its problem details. */
export class Refused extends Error {
  readonly status: number
  readonly kind: string
  constructor(status: number, kind: string, detail: string) {
    super(`${status} ${kind}: ${detail}`)
    this.status = status
    this.kind = kind
  }
}

export type Connection = { readonly url: string; readonly key: string }

const triesMax = 5

/** The typed client of an account's key. A refusal throws `Refused`. */
export function connect({ url, key }: Connection): Api {
  const link = new OpenAPILink(contract, {
    url: `${url}/api/v1`,
    headers: () => ({ authorization: `Bearer ${key}`, 'accept-language': 'zh-CN' }),
    fetch: (request, init) => fetchPatiently(request, init),
    interceptors: [({ next }) => next().catch((error: unknown) => Promise.reject(asRefused(error)))],
  })
  return createORPCClient(link)
}

/** Waits as long as the server asks for when it is asked too often. */
async function fetchPatiently(request: Request, init: RequestInit): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(request.clone(), init)
    if (response.status !== 429 || tries === triesMax) return asJson(response)
    await response.body?.cancel()
    await pause(Number(response.headers.get('retry-after') ?? 1) * 1_000)
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

// The link reads JSON only; problem details are JSON under a name of their own.
function asJson(response: Response): Response {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return response
  const headers = new Headers(response.headers)
  headers.set('content-type', 'application/json')
  return new Response(response.body, { status: response.status, headers })
}

function asRefused(error: unknown): unknown {
  if (!(error instanceof ORPCError)) return error
  const body: unknown = error.data
  const inner = isRecord(body) && isRecord(body.body) ? body.body : body
  const kind = isRecord(inner) && typeof inner.kind === 'string' ? inner.kind : error.code
  const detail = isRecord(inner) ? `${textOf(inner.detail)} ${JSON.stringify(inner.errors ?? [])}` : error.message
  return new Refused(error.status, kind, detail)
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Sends a file, as a browser's form does. */
export async function uploadFile(
  { url, key }: Connection,
  file: { readonly name: string; readonly mediaType: string; readonly bytes: Uint8Array<ArrayBuffer> },
  purpose: 'attachment' | 'evidence',
): Promise<string> {
  const form = new FormData()
  form.append('purpose', purpose)
  form.append('file', new Blob([file.bytes], { type: file.mediaType }), file.name)
  const request = new Request(`${url}/api/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: form,
  })
  const response = await fetch(request)
  const body: unknown = await response.json()
  if (response.ok && isRecord(body) && typeof body.id === 'string') return body.id
  throw new Refused(response.status, isRecord(body) ? textOf(body.kind) : '', JSON.stringify(body))
}
