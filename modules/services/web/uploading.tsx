import { Alert } from 'antd'
import { useText, VerbButton, type SendingFiles } from '@tingzhou/ui'
import { useCallback, useState } from 'react'
import { useStay } from './use-stay.ts'

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
