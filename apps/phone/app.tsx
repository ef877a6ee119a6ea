import { useCallback, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react'
import { lang, useText } from './i18n.ts'
import { openQueue, type Queue } from './queue.ts'
import { go, tabs, useRoute } from './route.ts'
import { Loads } from './screens/loads.tsx'
import { Me } from './screens/me.tsx'
import { SignIn } from './screens/sign-in.tsx'
import { Trip } from './screens/trip.tsx'
import { Trips } from './screens/trips.tsx'
import { Wallet } from './screens/wallet.tsx'
import { useSession, type Me as MeFacts } from './session.ts'
import { getSettings, onSettings } from './settings.ts'
import { useSnapshot } from './snapshot.ts'
import type { MyTrips } from './views.ts'

/** The driver's phone: what to carry, the trips, the wallet, and who one is. */
export function App() {
  const t = useText()
  const settings = useSyncExternalStore(onSettings, getSettings)
  const { session, signIn, signOut, lose } = useSession()
  useEffect(() => {
    document.documentElement.lang = lang()
    document.documentElement.classList.toggle('elder', settings.elder)
    document.title = t('app.title')
  }, [settings, t])
  if (session.state === 'unknown') return <p className="quiet wait">{t('wait')}</p>
  if (session.state === 'out') return <SignIn signIn={signIn} />
  return (
    <Work
      key={session.me.accountId}
      me={session.me}
      signOut={() => void signOut()}
      lose={lose}
      gate={session.state === 'stale' ? <SignIn signIn={signIn} again={session.me.name} /> : null}
    />
  )
}

const resendMs = 15_000

type Heard = Parameters<typeof openQueue>[1]

/** The queue of an account, which sends by itself whenever there may be a network. */
function useQueue(owner: string, heard: Heard): Queue | null {
  const [queue, setQueue] = useState<Queue | null>(null)
  useEffect(() => {
    let over = false
    const begin = async () => {
      const opened = await openQueue(owner, heard)
      if (over) return
      setQueue(opened)
    }
    void begin()
    return () => {
      over = true
    }
  }, [owner, heard])
  useEffect(() => {
    if (!queue) return
    const send = () => void (queue.read().actions.some(({ refusal }) => !refusal) && queue.send())
    const timer = setInterval(send, resendMs)
    window.addEventListener('online', send)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', send)
    }
  }, [queue])
  return queue
}

function Work(props: {
  readonly me: MeFacts
  readonly signOut: () => void
  readonly lose: () => void
  readonly gate: ReactNode
}) {
  const { me, signOut, lose, gate } = props
  const { tab, id, page } = useRoute()
  const trips = useSnapshot<MyTrips>(me.accountId, 'trips', '/freight-my/waybills', lose)
  const shown = useRef(trips)
  shown.current = trips
  const heard = useCallback<Heard>((id, state) => {
    const { patch, refresh } = shown.current
    if (state) patch(({ rows }) => ({ rows: rows.map((row) => (row.id === id ? { ...row, state } : row)) }))
    refresh()
  }, [])
  const queue = useQueue(me.accountId, heard)
  const isIn = gate === null
  useEffect(() => {
    // Whoever is back sends what waited at once.
    if (isIn) void queue?.send()
  }, [isIn, queue])
  if (!queue) return null
  const rows = trips.value?.rows ?? []
  const trip = tab === 'trips' && id !== null ? (rows.find((row) => row.id === id) ?? null) : null
  return (
    <>
      <Queueing queue={queue} lose={lose} />
      <main>
        {gate}
        {tab === 'trips' &&
          (trip ? (
            <Trip key={trip.id} trip={trip} trips={rows} queue={queue} owner={me.accountId} lose={lose} page={page} />
          ) : (
            <Trips trips={trips} queue={queue} />
          ))}
        {tab === 'loads' && <Loads me={me} lose={lose} />}
        {tab === 'wallet' && <Wallet trips={trips} />}
        {tab === 'me' && <Me me={me} queue={queue} signOut={signOut} />}
      </main>
      <Tabs now={tab} />
    </>
  )
}

/** How many things wait, and why; always in sight when there are any. */
function Queueing({ queue, lose }: { readonly queue: Queue; readonly lose: () => void }) {
  const t = useText()
  const { sending, actions } = useSyncExternalStore(queue.subscribe, queue.read)
  useEffect(() => {
    if (sending === 'signed_out') lose()
  }, [sending, lose])
  const refused = actions.filter(({ refusal }) => refusal)
  const first = refused[0]
  const waiting = actions.length - refused.length
  if (actions.length === 0) return null
  return (
    <div className={first ? 'band bad' : 'band attention'} role="status">
      <span>
        {first && t('queue.refused', { n: refused.length })}
        {first && waiting > 0 ? ' · ' : ''}
        {waiting > 0 && t(sending === 'sending' ? 'queue.sending' : 'queue.waiting', { n: waiting })}
      </span>
      {first ? (
        <button type="button" onClick={() => go('trips', first.waybillId)}>
          {t('queue.look')}
        </button>
      ) : (
        sending !== 'sending' && (
          <button type="button" onClick={() => void queue.send()}>
            {t('queue.send')}
          </button>
        )
      )}
    </div>
  )
}

function Tabs({ now }: { readonly now: string }) {
  const t = useText()
  return (
    <nav className="tabs" aria-label={t('nav')}>
      {tabs.map((tab) => (
        <button key={tab} type="button" aria-current={tab === now ? 'page' : undefined} onClick={() => go(tab)}>
          {t(`tab.${tab}`)}
        </button>
      ))}
    </nav>
  )
}
