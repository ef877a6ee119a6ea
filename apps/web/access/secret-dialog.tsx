import { CopyId, useText, VerbButton } from '@tingzhou/ui'
import { Modal } from 'antd'

/** Something shown once: a link, a key. It closes only by saying so, so that a stray click loses nothing. */
export function SecretDialog(props: {
  readonly title: string
  readonly text: string
  readonly secret: string | null
  readonly onClose: () => void
}) {
  const t = useText('shell')
  return (
    <Modal
      open={props.secret !== null}
      title={props.title}
      mask={{ closable: false }}
      onCancel={props.onClose}
      footer={
        <VerbButton type="primary" onClick={props.onClose}>
          {t('secret.kept')}
        </VerbButton>
      }
    >
      <p>{props.text}</p>
      <div className="tz-secret">{props.secret !== null && <CopyId value={props.secret} />}</div>
    </Modal>
  )
}
