import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { epochMs, type Clock } from '@tingzhou/kernel'
import { adapters, newKeyPair, scalarBytes, trackIntervalMinMs, type DocumentKind } from '@tingzhou/wlhy'
import { openBook, type Book, type Kept } from './book.ts'
import { answerRequest, type Reply } from './desk.ts'
import { steadyHabits, type RegulatorHabits } from './habits.ts'
import { openJournal, type KeyPair } from './journal.ts'
import { attemptCounter, limiter, type Office, type Told } from './office.ts'
import { openTokens, type Enterprise } from './tokens.ts'

export type RegulatorOptions = {
  readonly enterprises: readonly Enterprise[]
  /** 0: any that is free. */
  readonly port?: number
  readonly host?: string
  /** Decides what befalls which message. */
  readonly seed?: string
  /** None when absent: it answers at once and as it should. */
  readonly habits?: Partial<RegulatorHabits>
  readonly clock?: Clock
  readonly tokenLifeMs?: number
  /** A carrier may get more than its shipper pays. */
  readonly aboveFreight?: boolean
  readonly trackIntervalMs?: number
  /** Requests a minute, of all together; more are answered as a full queue. */
  readonly requestsPerMinute?: number
  /** Its key pair; absent: the one that the file remembers, or a new one. */
  readonly keys?: KeyPair
  /** Where it remembers what it accepted; null: nowhere. */
  readonly file?: string | null
}

/** A provincial monitoring system over HTTP. */
export type Regulator = {
  readonly url: string
  readonly port: number
  readonly publicKey: string
  /** By enterprise and month of the first acceptance. */
  readonly counts: Book['months']
  /** What was accepted: the last word on each document. */
  readonly received: (kind: DocumentKind) => readonly Kept[]
  readonly tracks: () => readonly Told[]
  /** Answers so far, by what they say. */
  readonly answered: () => Readonly<Record<string, number>>
  /** From now on it behaves so; what is not named stays. */
  readonly behave: (habits: Partial<RegulatorHabits>) => void
  /** Ends all tokens that were given. */
  readonly endTokens: () => void
  readonly close: () => Promise<void>
}

// 1 MiB, as libs/wlhy reads it.
const bodyBytesMax = 1_048_576
const connectionsMax = 200
const requestsPerMinuteDefault = 6_000
const trackIntervalMsDefault = 30_000

/**
 * Starts a monitoring system that speaks all dialects of libs/wlhy.
 * @throws Error when the port is taken
 */
export async function startRegulator(options: RegulatorOptions): Promise<Regulator> {
  const { host = '127.0.0.1' } = options
  let habits: RegulatorHabits = { ...steadyHabits, ...options.habits }
  const office = openOffice(options, () => habits)
  const answered = new Map<string, number>()
  const server = createServer((request, response) => {
    serve(office, answered, request, response).catch(() => response.destroy())
  })
  server.maxConnections = connectionsMax
  server.requestTimeout = 30_000
  server.headersTimeout = 10_000
  const port = await listen(server, options.port ?? 0, host)
  return {
    url: `http://${host}:${port}`,
    port,
    publicKey: office.keys.publicKey,
    counts: office.book.months,
    received: office.book.received,
    tracks: () => [...office.tracks],
    answered: () => Object.fromEntries(answered),
    behave: (change) => void (habits = { ...habits, ...change }),
    endTokens: office.tokens.endAll,
    close: () => close(server),
  }
}

function openOffice(options: RegulatorOptions, habits: () => RegulatorHabits): Office {
  const { clock = () => epochMs(Date.now()), file = null, aboveFreight = false } = options
  const journal = openJournal(file, () => options.keys ?? newKeyPair(randomBytes(scalarBytes)))
  const book = openBook()
  for (const accepted of journal.accepted) book.keep(accepted)
  return {
    enterprises: options.enterprises,
    book,
    tokens: openTokens(clock, options.tokenLifeMs ?? adapters['fujian-2.0'].tokenLifeMs),
    journal,
    keys: options.keys ?? journal.keys,
    clock,
    seed: options.seed ?? 'regulator',
    habits,
    rules: { aboveFreight },
    trackIntervalMs: Math.max(trackIntervalMinMs, options.trackIntervalMs ?? trackIntervalMsDefault),
    mayAsk: limiter(clock, options.requestsPerMinute ?? requestsPerMinuteDefault),
    attemptOf: attemptCounter(),
    tracks: [],
  }
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

async function serve(
  office: Office,
  answered: Map<string, number>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = request.method === 'POST' ? await bodyOf(request) : ''
  const reply =
    body === null ? tooLong : answerRequest(office, { method: request.method ?? '', url: urlOf(request), body })
  answered.set(reply.said, (answered.get(reply.said) ?? 0) + 1)
  if (reply.waitMs > 0) await sleep(reply.waitMs)
  if (reply.cut) return void response.destroy()
  // What was not read to its end would be taken for the next request.
  const ending = body === null ? { connection: 'close' } : {}
  response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...ending })
  response.end(reply.body)
}

const tooLong: Reply = {
  status: 413,
  body: `{"code":"413","msg":"length_max ${bodyBytesMax}"}`,
  waitMs: 0,
  cut: false,
  said: 'too long',
}

const urlOf = ({ url = '/' }: IncomingMessage): URL => {
  const base = 'http://regulator'
  return URL.canParse(url, base) ? new URL(url, base) : new URL(base)
}

/** The text of a request; null: too long. What is too long is read no further. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = []
  let bytes = 0
  // Leaving the loop must not close the connection: the answer goes through it.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > bodyBytesMax) return null
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
