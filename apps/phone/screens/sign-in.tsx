import { useState, type FormEvent } from 'react'
import type { Problem } from '../api.ts'
import { useText } from '../i18n.ts'
import { Fault } from './parts.tsx'

/** @param again  whose session has ended: what waits on this phone is sent once they are back */
export function SignIn(props: {
  readonly signIn: (username: string, password: string) => Promise<Problem | null>
  readonly again?: string
}) {
  const { signIn, again } = props
  const t = useText()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    setBusy(true)
    setProblem(await signIn(String(fields.get('username')), String(fields.get('password'))))
    setBusy(false)
  }
  return (
    <form className="card sign-in" onSubmit={(event) => void submit(event)}>
      <h1>{again === undefined ? t('app.title') : t('signin.again', { name: again })}</h1>
      {again !== undefined && <p>{t('signin.kept')}</p>}
      <label>
        {t('signin.username')}
        <input name="username" autoComplete="username" autoCapitalize="none" required />
      </label>
      <label>
        {t('signin.password')}
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      {problem && <Fault problem={problem} />}
      <button type="submit" className="verb" disabled={busy}>
        {t('signin.verb')}
      </button>
    </form>
  )
}
