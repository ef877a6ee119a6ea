import { CheckOutlined, CopyOutlined } from '@ant-design/icons'
import { Tooltip } from 'antd'
import { useState } from 'react'
import { announce } from './announce.tsx'
import { useText } from './i18n.ts'

/** An id that a click copies. */
export function CopyId({ value, short = false }: { readonly value: string; readonly short?: boolean }) {
  const t = useText('ui')
  const [copied, setCopied] = useState(false)
  const copy = () => {
    copyText(value)
    setCopied(true)
    announce(t('copied', { value }))
    window.setTimeout(() => setCopied(false), 2000)
  }
  return (
    <Tooltip title={copied ? t('copied', { value }) : value}>
      <button type="button" className="tz-copy" onClick={copy} aria-label={t('copy', { value })}>
        <span className="tz-mono">
          {short && value.length > 12 ? `${value.slice(0, 4)}…${value.slice(-4)}` : value}
        </span>
        {copied ? <CheckOutlined aria-hidden /> : <CopyOutlined aria-hidden />}
      </button>
    </Tooltip>
  )
}

/** The clipboard API is missing outside https and localhost; a hidden field does there. */
function copyText(value: string): void {
  if (window.isSecureContext) {
    void navigator.clipboard.writeText(value)
    return
  }
  const field = document.createElement('textarea')
  field.value = value
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}
