import {
  adapterIds,
  adapters,
  countsPath,
  documentsPageMax,
  documentsPath,
  isMonth,
  printCounts,
  printDocuments,
  printTrackAnswer,
  readCountsRequest,
  readDocumentsRequest,
  readTrackRequest,
  trackPath,
  type AdapterId,
  type AnswerReason,
  type Fault,
  type Message,
  type TrackAuth,
  type TrackSaid,
} from '@tingzhou/wlhy'
import data from '../data/regulator.json' with { type: 'json' }
import { moodOf } from './habits.ts'
import { judge } from './judge.ts'
import type { Office } from './office.ts'

/** An answer, and how it leaves the house. */
export type Reply = {
  readonly status: number
  readonly body: string
  readonly waitMs: number
  /** The connection is cut instead of answering. */
  readonly cut: boolean
  /** What it comes to, for the counters. */
  readonly said: string
}

export type Asked = { readonly method: string; readonly url: URL; readonly body: string }

const reply = (said: string, body: string, status = 200): Reply => ({ status, body, waitMs: 0, cut: false, said })

/** Answers one request. What is kept is kept before the answer leaves. */
export function answerRequest(office: Office, { method, url, body }: Asked): Reply {
  if (method === 'GET') return lookUp(office, url)
  if (method !== 'POST') return reply('method', '{"code":"405"}', 405)
  const call = calls.get(url.pathname)
  if (!call) return reply('path', '{"code":"404"}', 404)
  return office.mayAsk() ? call.answer(office, body) : answered(call.adapter, 'queue', null)
}

type Call = { readonly adapter: AdapterId; readonly answer: (office: Office, body: string) => Reply }

/** The dialect of whoever has not said yet which one is spoken. */
const anyDialect: AdapterId = 'fujian-2.0'

const calls: ReadonlyMap<string, Call> = new Map<string, Call>([
  ...adapterIds.flatMap((id): [string, Call][] => [
    [adapters[id].tokenPath, { adapter: id, answer: (office, body) => signIn(office, id, body) }],
    [adapters[id].sendPath, { adapter: id, answer: (office, body) => receive(office, id, body) }],
  ]),
  [countsPath, { adapter: anyDialect, answer: countsFor }],
  [documentsPath, { adapter: anyDialect, answer: documentsFor }],
  [trackPath, { adapter: anyDialect, answer: track }],
])

/** In the words of the guide, and the field, value and rule behind them. */
const wordsOf = (reason: AnswerReason, fault: Pick<Fault, 'field' | 'value' | 'rule'> | null): string =>
  fault === null
    ? data.answers[reason]
    : `${data.answers[reason]}: ${fault.field} ${JSON.stringify(fault.value)} ${fault.rule}`

const answered = (adapter: AdapterId, reason: AnswerReason, fault: Fault | null): Reply =>
  reply(reason, adapters[adapter].answer(reason, wordsOf(reason, fault)))

function signIn(office: Office, id: AdapterId, body: string): Reply {
  const asked = adapters[id].readTokenRequest(body)
  if (!asked.ok) return answered(id, 'envelope', asked.error)
  const { user, password } = asked.value
  const found = office.enterprises.find(
    (one) => one.user === user && adapters[id].passwordOnWire(one.password) === password,
  )
  return found
    ? reply('token given', adapters[id].answerToken(office.tokens.give(found, id)))
    : answered(id, 'token', null)
}

function receive(office: Office, id: AdapterId, body: string): Reply {
  const opened = adapters[id].open(body, office.keys)
  if (!opened.ok) return answered(id, opened.error.reason, opened.error)
  const { header } = opened.value
  const holder = office.tokens.find(header.token)
  if (!holder || holder.isOver) return answered(id, 'token', null)
  if (holder.enterprise.enterpriseCode !== header.enterpriseCode)
    return answered(id, 'envelope', {
      field: 'enterpriseSenderCode',
      value: header.enterpriseCode,
      rule: 'enterprise_of_token',
    })
  const mood = moodOf(office.seed, office.habits(), header.reference, office.attemptOf(header.reference))
  const said = mood.refusal ? answered(id, mood.refusal, null) : keepOrRefuse(office, id, opened.value)
  return { ...said, waitMs: mood.waitMs, cut: mood.cut }
}

function keepOrRefuse(office: Office, id: AdapterId, message: Message): Reply {
  const { reason, fault } = judge(office.book, office.rules, id, message)
  if (reason !== 'accepted') return answered(id, reason, fault)
  const { enterpriseCode, kind, reference } = message.header
  const accepted = { enterpriseCode, kind, reference, record: message.record, at: office.clock() }
  office.journal.append(accepted)
  office.book.keep(accepted)
  return answered(id, reason, null)
}

const refusedHere = ({ field, value, rule }: Fault): Reply =>
  reply('fields', JSON.stringify({ code: '400', msg: `${field} ${JSON.stringify(value)} ${rule}` }), 400)

/** The refusal of a token that does not count, or is not of the enterprise asked about; null: it is. */
function refusal(office: Office, token: string, enterpriseCode: string): Reply | null {
  const holder = office.tokens.find(token)
  const isOwn = holder && !holder.isOver && holder.enterprise.enterpriseCode === enterpriseCode
  return isOwn ? null : answered(holder?.adapter ?? anyDialect, 'token', null)
}

function countsFor(office: Office, body: string): Reply {
  const query = readCountsRequest(body)
  if (!query.ok) return refusedHere(query.error)
  const { token, enterpriseCode, month } = query.value
  const refused = refusal(office, token, enterpriseCode)
  return refused ?? reply('counts', printCounts(office.book.countsOf(enterpriseCode, month)))
}

function documentsFor(office: Office, body: string): Reply {
  const query = readDocumentsRequest(body)
  if (!query.ok) return refusedHere(query.error)
  const { token, enterpriseCode, month, kind, after } = query.value
  const refused = refusal(office, token, enterpriseCode)
  if (refused) return refused
  return reply('documents', printDocuments(office.book.pageOf(enterpriseCode, month, kind, after, documentsPageMax)))
}

/** Tracks that are remembered; beyond them the oldest go. */
const tracksMax = 10_000

function track(office: Office, body: string): Reply {
  const asked = readTrackRequest(body)
  if (!asked.ok) return trackAnswer(anyDialect, 'fields', asked.error)
  const { token, message } = asked.value
  if (message.action === 'auth') return admit(office, message)
  const holder = office.tokens.find(token)
  if (!holder || holder.isOver) return trackAnswer(holder?.adapter ?? anyDialect, 'token', null)
  office.tracks.push({ enterpriseCode: holder.enterprise.enterpriseCode, report: message })
  if (office.tracks.length > tracksMax) office.tracks.splice(0, office.tracks.length - tracksMax)
  return trackAnswer(holder.adapter, 'accepted', null, { intervalMs: office.trackIntervalMs, session: null })
}

function admit(office: Office, { appId, appSecurity, enterpriseCode }: TrackAuth): Reply {
  const found = office.enterprises.find(
    (one) => one.appId === appId && one.appSecurity === appSecurity && one.enterpriseCode === enterpriseCode,
  )
  if (!found) return trackAnswer(anyDialect, 'token', null)
  const session = office.tokens.give(found, anyDialect)
  return trackAnswer(anyDialect, 'accepted', null, { intervalMs: office.trackIntervalMs, session })
}

const nothing: TrackSaid = { intervalMs: null, session: null }
const trackAnswer = (adapter: AdapterId, reason: AnswerReason, fault: Fault | null, said = nothing): Reply =>
  reply(`track ${reason}`, printTrackAnswer(adapter, reason, wordsOf(reason, fault), said))

/** What anybody may see of the simulation: its key, and totals. */
function lookUp(office: Office, url: URL): Reply {
  if (url.pathname === '/keys')
    return reply('keys', JSON.stringify({ publicKey: office.keys.publicKey, adapters: adapterIds }))
  if (url.pathname !== countsPath) return reply('path', '{"code":"404"}', 404)
  const month = url.searchParams.get('month') ?? ''
  if (!isMonth(month)) return refusedHere({ field: 'month', value: month.slice(0, 100), rule: 'month YYYY-MM' })
  const enterprises = office.book.months().filter((one) => one.month === month)
  return reply('counts', JSON.stringify({ month, enterprises }))
}
