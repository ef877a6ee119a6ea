import { sql } from 'kysely'
import { createTransport } from 'nodemailer'
import { epochMs, type Clock, type EpochMs } from '@tingzhou/kernel'
import { at, type Db } from '@tingzhou/db'
import type { EventHandler } from '@tingzhou/events'
import type { Lang } from '@tingzhou/parties'
import type { Fired, OnTimerError, TimerSource } from '@tingzhou/timers'
import { noticeAdded } from './notice.ts'
import { noticeText } from './texts.ts'

/** Where letters go out, and what they say of their sender. */
export type MailConfig = {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  readonly smtpUrl: string
  /** Address of the sender. */
  readonly from: string
  /** Put before the link of a notice. */
  readonly publicUrl: string
}

export type MailDeps = { readonly db: Db; readonly zoneId: string; readonly clock: Clock }

const batch = 20
// While a letter is being sent nobody else takes it; a process that dies leaves it for this long.
const leaseMs = 300_000
// 1, 2, 4 … 60 minutes: about half a day of trying.
const attemptsMax = 15
const backoffMinutesMax = 60

/**
 * Puts letters in line for notices that need somebody who has an address. Registered only where mail is configured.
 * @returns an event handler; one statement an event
 */
export const mailHandler = (deps: MailDeps): EventHandler => ({
  name: 'notices.queue_mail',
  types: [noticeAdded],
  // Mail that is switched on later does not send what was told before.
  from: 'now',
  handle: async (tx, { data }) => {
    const ids = idsOf(data)
    // Addresses under .invalid (RFC 2606) stand for accounts without one.
    await sql`insert into notice_mail (zone_id, notice_id, address, try_at)
      select n.zone_id, n.id, a.email, ${at(deps.clock())}::timestamptz
      from notice n join account a on a.zone_id = n.zone_id and a.id = n.account_id
      where n.zone_id = ${deps.zoneId} and n.id = any(${ids}::uuid[]) and (n.needs_me or n.alarm) and a.state = 'open'
        and not a.synthetic and not a.demo and a.email not like '%.invalid'
      on conflict do nothing`.execute(tx)
  },
})

const idsOf = (data: unknown): string[] => {
  const ids: unknown = typeof data === 'object' && data !== null && 'ids' in data ? data.ids : []
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : []
}

type Letter = {
  id: string
  address: string
  attempts: number
  lang: Lang
  title_key: string
  params: Record<string, unknown>
  link: string | null
}

/**
 * Sends the letters in line, outside of any transaction; a letter that fails is tried again, with the reason on its row.
 * @returns a source for the timer runner
 * Source: own. Two statements a batch, one a letter.
 */
export function mailSource(deps: MailDeps, config: MailConfig): TimerSource {
  const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }
  const transport = createTransport({ url: config.smtpUrl, ...timeouts })
  const host = new URL(config.publicUrl).hostname
  const send = (letter: Letter) => {
    const title = noticeText(letter.lang, letter.title_key, letter.params)
    return transport.sendMail({
      from: config.from,
      to: letter.address,
      subject: title,
      messageId: `<${letter.id}@${host}>`,
      text: letter.link === null ? title : `${title}\n\n${new URL(letter.link, config.publicUrl).href}\n`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
  }
  return {
    name: 'mail',
    nextDue: () => nextLetterAt(deps),
    fireDue: async (now: EpochMs, onError: OnTimerError): Promise<Fired> => {
      const result = { fired: 0, failed: 0 }
      for (const letter of await takeLetters(deps, now)) {
        try {
          await send(letter)
          await noteSent(deps, letter.id, now)
          result.fired++
        } catch (error) {
          onError(error, letter.id)
          await putOff(deps, letter, now, error)
          result.failed++
        }
      }
      return result
    },
  }
}

async function nextLetterAt({ db, zoneId }: MailDeps): Promise<EpochMs | null> {
  const row = await db
    .selectFrom('notice_mail')
    .select('try_at')
    .where('zone_id', '=', zoneId)
    .where('state', '=', 'waiting')
    .orderBy('try_at')
    .limit(1)
    .executeTakeFirst()
  return row?.try_at ?? null
}

async function takeLetters({ db, zoneId }: MailDeps, now: EpochMs): Promise<readonly Letter[]> {
  const answer = await sql<Letter>`
    with taken as (
      update notice_mail set attempts = attempts + 1, try_at = ${at(epochMs(now + leaseMs))}::timestamptz
      where (zone_id, notice_id) in (
        select zone_id, notice_id from notice_mail
        where zone_id = ${zoneId} and state = 'waiting' and try_at <= ${at(now)}::timestamptz
        order by try_at limit ${batch} for update skip locked)
      returning notice_id, address, attempts
    )
    select t.notice_id as id, t.address, t.attempts, coalesce(a.lang, 'zh-CN') as lang, n.title_key, n.params, n.link
    from taken t join notice n on n.zone_id = ${zoneId} and n.id = t.notice_id
    left join account a on a.zone_id = n.zone_id and a.id = n.account_id`.execute(db)
  return answer.rows
}

async function noteSent({ db, zoneId }: MailDeps, id: string, now: EpochMs): Promise<void> {
  await db
    .updateTable('notice_mail')
    .set({ state: 'sent', sent_at: at(now), last_error: null })
    .where('zone_id', '=', zoneId)
    .where('notice_id', '=', id)
    .execute()
}

async function putOff({ db, zoneId }: MailDeps, { id, attempts }: Letter, now: EpochMs, error: unknown): Promise<void> {
  const waitMs = Math.min(2 ** (attempts - 1), backoffMinutesMax) * 60_000
  await db
    .updateTable('notice_mail')
    .set({
      state: attempts >= attemptsMax ? 'given_up' : 'waiting',
      try_at: at(epochMs(now + waitMs)),
      last_error: (error instanceof Error ? error.message : String(error)).slice(0, 1_000),
    })
    .where('zone_id', '=', zoneId)
    .where('notice_id', '=', id)
    .execute()
}

/** A letter that has not gone out at its first try. */
export type TroubledLetter = {
  readonly noticeId: string
  readonly state: 'waiting' | 'sent' | 'given_up'
  readonly attempts: number
  readonly lastError: string | null
}

/**
 * Letters that failed at their last try, for an operator; without the address.
 * @param limit  1..200
 * Source: own. O(letters).
 */
export function listTroubledMail({ db, zoneId }: MailDeps, limit = 50): Promise<readonly TroubledLetter[]> {
  return db
    .selectFrom('notice_mail')
    .select(['notice_id as noticeId', 'state', 'attempts', 'last_error as lastError'])
    .where('zone_id', '=', zoneId)
    .where('state', '<>', 'sent')
    .where('last_error', 'is not', null)
    .orderBy('notice_id', 'desc')
    .limit(Math.min(limit, 200))
    .execute()
}
