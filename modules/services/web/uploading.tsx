import { Alert } from 'antd'
import { useText, VerbButton, type SendingFiles } from '@tingzhou/ui'
import { useCallback, useEffect, useState } from 'react'
import { useBlocker } from 'react-router'

const none: SendingFiles = { sending: 0, failed: 0 }

/** Files of a draft that are on their way, over all its materials. */
export function useUploading() {
  const [byCode, setByCode] = useState<Readonly<Record<string, SendingFiles>>>({})
  const note = useCallback((code: string, now: SendingFiles) => setByCode((all) => ({ ...all, [code]: now })), [])
  const total = Object.values(byCode).reduce(
    (sum, { sending, failed }) => ({ sending: sum.sending + sending, failed: sum.failed + failed }),
    none,
  )
  return { ...total, note }
}

/** Said on every step but the one that shows them; leaving the draft asks first. */
export function Uploading(props: SendingFiles & { readonly here: boolean; readonly onLook: () => void }) {
  const { sending, failed, here, onLook } = props
  const t = useText('services')
  useStay(sending > 0, t('materials.leave'))
  if (here || sending + failed === 0) return null
  return (
    <Alert
      type={failed > 0 ? 'error' : 'info'}
      showIcon
      role="status"
      className="services-notice"
      title={failed > 0 ? t('materials.upload_failed', { n: failed }) : t('materials.uploading', { n: sending })}
      action={
        <VerbButton size="small" onClick={onLook}>
          {t('materials.look')}
        </VerbButton>
      }
    />
  )
}

/** Asks before the page is left while something would be broken off; another step of the same page is not leaving. */
export function useStay(holds: boolean, question: string): void {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => holds && currentLocation.pathname !== nextLocation.pathname,
  )
  useEffect(() => {
    if (blocker.state !== 'blocked') return
    if (window.confirm(question)) blocker.proceed()
    else blocker.reset()
  }, [blocker, question])
  useEffect(() => {
    if (!holds) return
    const hold = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', hold)
    return () => window.removeEventListener('beforeunload', hold)
  }, [holds])
}
