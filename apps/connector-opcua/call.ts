import { faultsOf, type Line } from '@tingzhou/connector'
import { assert } from '@tingzhou/kernel'
import { withClient, type Caller } from './client.ts'
import { isSession, type Library, type Session } from './library.ts'
import { beginSession, type Point } from './point.ts'
import { refusePlainPassword, securedBy } from './security.ts'
import { addressOf, type Source } from './source.ts'
import { listen } from './subscription.ts'
import { within } from './wait.ts'

export type Calling = Omit<Caller, 'url'> & {
  readonly source: Source
  readonly points: readonly Point[]
  readonly line: Line
  /** So long without an answer and the server is taken for gone, ms. */
  readonly silentMs: number
  /** Is told the session as long as there is one. */
  readonly online: (session: Session | null) => void
}

const sessionAnswerMs = 20_000
const clockMs = 60_000

/**
 * Calls a server and listens to it for as long as it answers.
 * @throws Error with the reason for which that ended, in any case
 */
export async function call(calling: Calling): Promise<never> {
  const { library, source, points, line, silentMs, online } = calling
  const caller = { ...calling, url: source.url }
  const secured = source.security === 'none' ? null : await securedBy(caller, source.security)
  return await withClient(caller, secured?.options ?? {}, async (client) => {
    if (secured && source.username !== null) refusePlainPassword(library, client, secured.options)
    const session = await within(sessionAnswerMs, 'the session', client.createSession(identityOf(library, source)))
    assert(isSession(session), 'a session has the services of subscriptions')
    const broken = new Promise<never>((_resolve, reject) => {
      client.on('connection_lost', () => reject(new Error('the connection was lost')))
      session.on('session_closed', (status) => reject(new Error(`the session was closed: ${status.name}`)))
    })
    points.forEach(beginSession)
    const answered = createTeller(line, source, points, secured?.note ?? null)
    const over = new AbortController()
    online(session)
    try {
      const { everyMs } = source
      return await Promise.race([
        broken,
        listen({ library, session, everyMs, points, line, silentMs, answered, signal: over.signal }),
      ])
    } finally {
      over.abort()
      online(null)
    }
  })
}

function identityOf({ UserTokenType }: Library, { username, password }: Source) {
  if (username === null || password === undefined) return { type: UserTokenType.Anonymous } as const
  return { type: UserTokenType.UserName, userName: username, password } as const
}

/** Makes what tells that the server answers, and what is wrong all the same, whenever that has changed. */
function createTeller(line: Line, { url }: Source, points: readonly Point[], note: string | null) {
  const address = addressOf(url)
  let told: string | null | undefined
  let clock: string | null | undefined
  return (aheadMs: number): void => {
    // Once a session: a clock that drifts around the limit is no news.
    if (clock === undefined) clock = clockNote(aheadMs)
    const reason = [faultsOf(points), clock, note].filter((one) => one !== null).join('; ') || null
    if (reason === told) return
    told = reason
    line.state(address, reason)
  }
}

function clockNote(aheadMs: number): string | null {
  if (Math.abs(aheadMs) < clockMs) return null
  return `its clock is ${Math.round(Math.abs(aheadMs) / 60_000)} min ${aheadMs > 0 ? 'ahead' : 'behind'}`
}
