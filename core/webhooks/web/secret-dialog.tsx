import { CopyId, useText, VerbButton } from '@tingzhou/ui'
import { Modal } from 'antd'

/** A secret that is shown once. It closes only by saying so, so that a stray click loses nothing. */
export function SecretDialog(props: { readonly secret: string | null; readonly onClose: () => void }) {
  const t = useText('webhooks')
  return (
    <Modal
      open={props.secret !== null}
      title={t('secret.title')}
      mask={{ closable: false }}
      closable={false}
      keyboard={false}
      footer={
        <VerbButton type="primary" onClick={props.onClose}>
          {t('secret.kept')}
        </VerbButton>
      }
    >
      <p>{t('secret.text')}</p>
      <div className="tz-secret">{props.secret !== null && <CopyId value={props.secret} />}</div>
    </Modal>
  )
}
