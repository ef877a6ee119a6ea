import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { keptWords } from '@tingzhou/kernel'
import { AddressRefused, checkUrl, guardedLookup, NameUnknown, type PrivateHosts, type Resolve } from './address.ts'
import type { Said } from './outcome.ts'
import type { DeliveryError } from './words.ts'

export type PostOptions = {
  readonly privateHosts: PrivateHosts
  readonly timeoutMs: number
  readonly resolve?: Resolve
}

export type Letter = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const answerBytesMax = 4_096

/**
 * Sends one letter: a connection of its own, no redirect followed, bounded in time; of the answer 4 KiB are read.
 * @returns what came of it; it never throws for what the other side does
 * Source: own. O(length).
 */
export async function post(letter: Letter, options: PostOptions): Promise<Said> {
  const begin = performance.now()
  const heard = await send(letter, options)
  return { ...heard, tookMs: Math.round(performance.now() - begin) }
}

type Heard = Omit<Said, 'tookMs'>

const failed = (error: DeliveryError): Heard => ({ status: null, error, text: '' })

async function send(letter: Letter, options: PostOptions): Promise<Heard> {
  // A host may have been taken off the operator's list since; a literal address is resolved by nobody.
  if (!checkUrl(letter.url, options.privateHosts).ok) return failed('address_refused')
  const answered = await call(letter, options)
  return typeof answered === 'string' ? failed(answered) : hear(answered)
}

/** The beginning of the answer, or why there is none. */
function call({ url, headers, body }: Letter, options: PostOptions): Promise<IncomingMessage | DeliveryError> {
  const { privateHosts, timeoutMs, resolve } = options
  const bytes = Buffer.from(body)
  const request = url.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((done) => {
    const sent = request(url, {
      method: 'POST',
      agent: false,
      lookup: guardedLookup(privateHosts, resolve),
      signal: AbortSignal.timeout(timeoutMs),
      headers: { ...headers, 'content-length': bytes.length },
    })
    sent.once('response', done)
    // Once there is a status, it decides: what breaks then is the rest of the answer.
    sent.on('error', (error) => done(errorOf(error)))
    // An answer that switches protocols is neither: Node only closes the connection.
    sent.once('close', () => done('unreachable'))
    sent.end(bytes)
  })
}

/** The status decides, whatever becomes of the rest of the answer. */
async function hear(answer: IncomingMessage): Promise<Heard> {
  const status = answer.statusCode ?? 0
  const text = await beginningOf(answer)
  return { status, error: faultOf(status), text: keptWords(text) }
}

function faultOf(status: number): DeliveryError | null {
  if (status >= 200 && status < 300) return null
  return status >= 300 && status < 400 ? 'redirect' : 'status'
}

async function beginningOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      parts.push(part)
      bytes += part.length
      // Leaving the loop closes the connection.
      if (bytes >= answerBytesMax) break
    }
  } catch {
    // It broke off: what came before is all there is.
  }
  return Buffer.concat(parts).subarray(0, answerBytesMax).toString('utf8')
}

function errorOf(error: Error): DeliveryError {
  if (error instanceof AddressRefused) return 'address_refused'
  if (error instanceof NameUnknown) return 'name_unknown'
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timeout'
  const code = 'code' in error ? String(error.code) : ''
  if (/CERT|TLS|SSL|SELF_SIGNED|EPROTO/.test(code)) return 'tls'
  return 'unreachable'
}
