import { Modal } from 'antd'
import { CopyId } from './copy-id.tsx'
import { useText } from './i18n.ts'
import { VerbButton } from './verb-button.tsx'

/** Something shown once: a link, a key. It closes only by saying so, so that a stray click loses nothing. */
export function SecretDialog(props: {
  readonly title: string
  readonly text: string
  readonly secret: string | null
  readonly onClose: () => void
}) {
  const t = useText('ui')
  return (
    <Modal
      open={props.secret !== null}
      title={props.title}
      mask={{ closable: false }}
      closable={false}
      keyboard={false}
      footer={
        <VerbButton type="primary" onClick={props.onClose}>
          {t('secret_kept')}
        </VerbButton>
      }
    >
      <p>{props.text}</p>
      <div className="tz-secret">{props.secret !== null && <CopyId value={props.secret} />}</div>
    </Modal>
  )
}
