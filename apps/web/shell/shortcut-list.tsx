import { QuestionCircleOutlined } from '@ant-design/icons'
import { useKeyList, useKeys, useText } from '@tingzhou/ui'
import { Button, Modal } from 'antd'
import { useState } from 'react'

/** The keys that work on this screen, under `?`. */
export function ShortcutList() {
  const t = useText('shell')
  const [open, setOpen] = useState(false)
  const verbs = useKeyList()
  useKeys([{ keys: '?', label: t('keys.list'), run: () => setOpen(true) }])
  return (
    <>
      <Button
        className="tz-wide-only"
        type="text"
        aria-label={t('keys.list')}
        icon={<QuestionCircleOutlined />}
        onClick={() => setOpen(true)}
      />
      <Modal open={open} onCancel={() => setOpen(false)} title={t('keys.list')} footer={null} width={420}>
        <dl className="tz-key-list">
          {[...verbs, { keys: 'Enter', label: t('keys.open') }, { keys: 'Esc', label: t('keys.close') }].map((verb) => (
            <div key={verb.keys}>
              <dt>
                <kbd className="tz-key">
                  {verb.keys.replace('mod+', 'Ctrl ').replace(/^[a-z]$/, (key) => key.toUpperCase())}
                </kbd>
              </dt>
              <dd>{verb.label}</dd>
            </div>
          ))}
        </dl>
      </Modal>
    </>
  )
}
