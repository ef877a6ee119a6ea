import { useState, useSyncExternalStore } from 'react'
import { useText } from '../i18n.ts'
import type { Queue } from '../queue.ts'
import type { Me as MeFacts } from '../session.ts'
import { getSettings, onSettings, setSettings } from '../settings.ts'
import { canSpeak } from '../voice.ts'

export function Me(props: { readonly me: MeFacts; readonly queue: Queue; readonly signOut: () => void }) {
  const { me, queue, signOut } = props
  const t = useText()
  const settings = useSyncExternalStore(onSettings, getSettings)
  const { actions } = useSyncExternalStore(queue.subscribe, queue.read)
  const [sure, setSure] = useState(false)
  return (
    <>
      <h1>{me.name}</h1>
      <section className="card">
        <Choice name={t('me.elder')} on={settings.elder} set={(elder) => setSettings({ elder })} />
        {canSpeak() && <Choice name={t('me.voice')} on={settings.voice} set={(voice) => setSettings({ voice })} />}
        <Choice
          name={t('me.english')}
          on={settings.lang === 'en'}
          set={(english) => setSettings({ lang: english ? 'en' : 'zh-CN' })}
        />
      </section>
      <p className="quiet">{t('me.privacy')}</p>
      {sure && actions.length > 0 && <p className="fault">{t('me.waiting', { n: actions.length })}</p>}
      <button
        type="button"
        className="verb second"
        onClick={() => (actions.length > 0 && !sure ? setSure(true) : signOut())}
      >
        {t('me.leave')}
      </button>
    </>
  )
}

function Choice(props: { readonly name: string; readonly on: boolean; readonly set: (on: boolean) => void }) {
  const { name, on, set } = props
  return (
    <label className="choice">
      <input type="checkbox" checked={on} onChange={(event) => set(event.target.checked)} />
      {name}
    </label>
  )
}
