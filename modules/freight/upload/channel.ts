import { randomBytes } from 'node:crypto'
import { createBreaker } from '@tingzhou/geography'
import { epochMs, err, keptWords, ok, type Clock, type EpochMs, type Result } from '@tingzhou/kernel'
import { adapters, sealRandomBytes, type Answer, type WireRecord, type WireRequest } from '@tingzhou/wlhy'
import type { Regulator } from './regulator.ts'
import type { AttemptOutcome, UploadKind } from './words.ts'

/** What came of one call. */
export type Said = {
  readonly outcome: AttemptOutcome
  readonly code: string
  readonly text: string
  readonly field: string | null
}

export type Parcel = { readonly kind: UploadKind; readonly reference: string; readonly record: WireRecord }

/** The way to the regulator: its token, how it fares, one call at a time or many. */
export type Channel = {
  /** Asks for a token, whether or not one is held. */
  readonly signIn: (regulator: Regulator, password: string) => Promise<Result<EpochMs, Said>>
  readonly send: (regulator: Regulator, password: string, parcel: Parcel) => Promise<Said>
  /** A call that needs a token and is no document. */
  readonly call: (regulator: Regulator, password: string, ask: (token: string) => WireRequest) => Promise<Reply>
  /** The token that is held was refused by an answer that the caller has read. */
  readonly forgetToken: () => void
  /** Whether to call now: while the regulator does not answer one call is made after each rest. */
  readonly mayCall: () => boolean
  /** Nothing was called after all. */
  readonly leave: () => void
  /** Since when nothing was answered; null: it answers. */
  readonly silentSince: () => EpochMs | null
  /** Before this nobody calls. */
  readonly restsUntil: () => EpochMs | null
}

/** What a call gave: the body of an answer, or why there is none. */
export type Reply = Result<string, Said>

export type ChannelDeps = { readonly clock: Clock; readonly timeoutMs?: number }

const timeoutMsDefault = 10_000
const answerBytesMax = 65_536
const failuresMax = 5
const restMs = 30_000
// How soon it is looked again whether the rest is over.
const lookAgainMs = 1_000
// A token is asked for anew this long before it ends, so that it does not end on the way.
const tokenMarginMs = 60_000

type Held = { readonly version: number; readonly token: string; readonly until: EpochMs }

/** Makes the way of a server. */
export function createChannel({ clock, timeoutMs = timeoutMsDefault }: ChannelDeps): Channel {
  const breaker = createBreaker(failuresMax, restMs, clock)
  let held: Held | null = null
  let asking: Promise<Result<string, Said>> | null = null
  let silentSince: EpochMs | null = null
  let restsUntil: EpochMs | null = null

  const post = async (regulator: Regulator, request: WireRequest): Promise<Reply> => {
    const reply = await fetchText(regulator.url.replace(/\/+$/, '') + request.path, request, timeoutMs)
    // What somebody says who is no gateway in front of a dead system counts as an answer.
    if (reply.ok || reply.error.outcome === 'broken') {
      breaker.succeeded()
      silentSince = null
      restsUntil = null
    } else {
      breaker.failed()
      silentSince ??= clock()
    }
    return reply
  }
  const askToken = async (regulator: Regulator, password: string): Promise<Result<string, Said>> => {
    const adapter = adapters[regulator.adapter]
    const reply = await post(regulator, adapter.tokenRequest({ user: regulator.username, password }))
    if (!reply.ok) return reply
    const read = adapter.readToken(reply.value)
    if (!read.ok) return err(saidOf(read.error, 'broken'))
    const until = read.value.expiresAt ?? epochMs(clock() + adapter.tokenLifeMs)
    held = { version: regulator.version, token: read.value.token, until }
    return ok(held.token)
  }
  // Many who need a token at once ask for one.
  const tokenOf = (regulator: Regulator, password: string): Promise<Result<string, Said>> => {
    if (held?.version === regulator.version && clock() < held.until - tokenMarginMs)
      return Promise.resolve(ok(held.token))
    asking ??= askToken(regulator, password).finally(() => (asking = null))
    return asking
  }
  const forget = (token: string) => {
    if (held?.token === token) held = null
  }
  return {
    signIn: async (regulator, password) => {
      const token = await askToken(regulator, password)
      return token.ok ? ok(held?.until ?? clock()) : token
    },
    send: async (regulator, password, { kind, reference, record }) => {
      const token = await tokenOf(regulator, password)
      if (!token.ok) return token.error
      const adapter = adapters[regulator.adapter]
      const { senderCode, enterpriseCode, publicKey } = regulator
      const header = { reference, kind, senderCode, enterpriseCode, sentAt: clock(), token: token.value }
      const random = randomBytes(sealRandomBytes)
      const reply = await post(regulator, adapter.seal({ header, record }, { publicKey, random }))
      if (!reply.ok) return reply.error
      const said = saidOf(adapter.readAnswer(reply.value))
      if (said.outcome === 'token') forget(token.value)
      return said
    },
    call: async (regulator, password, ask) => {
      const token = await tokenOf(regulator, password)
      return token.ok ? post(regulator, ask(token.value)) : token
    },
    forgetToken: () => (held = null),
    mayCall: () => {
      if (breaker.mayAsk()) return true
      restsUntil = epochMs(clock() + lookAgainMs)
      return false
    },
    leave: () => {
      if (silentSince !== null) breaker.failed()
    },
    silentSince: () => silentSince,
    restsUntil: () => restsUntil,
  }
}

const saidOf = ({ outcome, code, text, field }: Answer, otherwise?: AttemptOutcome): Said => ({
  // A sign-in that fails is no document that was refused.
  outcome: otherwise !== undefined && outcome !== 'later' ? otherwise : outcome,
  code: keptWords(code).slice(0, 40),
  text: keptWords(text),
  field: field === null ? null : keptWords(field).slice(0, 200),
})

const silence = (outcome: 'unanswered' | 'later' | 'broken', code: string): Reply =>
  err({ outcome, code, text: '', field: null })

class TooLong extends Error {}

/** One call: no redirect, bounded in time and size. */
async function fetchText(url: string, request: WireRequest, timeoutMs: number): Promise<Reply> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { 'content-type': request.contentType },
      body: request.body,
    })
    const text = await textOf(response)
    if (response.status === 200) return ok(text)
    return silence(response.status === 429 || response.status >= 500 ? 'later' : 'broken', `HTTP ${response.status}`)
  } catch (error) {
    if (error instanceof TooLong) return silence('broken', 'too_long')
    return silence(
      'unanswered',
      error instanceof DOMException && error.name === 'TimeoutError' ? 'timeout' : 'unreachable',
    )
  }
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > answerBytesMax) throw new TooLong()
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
