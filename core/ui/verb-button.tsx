import { App, Button, Tooltip, type ButtonProps } from 'antd'
import { useRef, type MouseEvent } from 'react'
import { useNavigate } from 'react-router'
import { announce } from './announce.tsx'
import { useText } from './i18n.ts'
import { useKeys } from './keys.ts'

export type VerbButtonProps = Omit<ButtonProps, 'disabled' | 'href'> & {
  /** Why it cannot be done now. The button stays, can be focused, and says so. */
  readonly reason?: string | null | undefined
  /** A place of this application. */
  readonly href?: string
  readonly shortcut?: string
  /** For irreversible acts: the dialog names the object and repeats the verb. */
  readonly confirm?: {
    readonly title: string
    readonly text?: string
    readonly verb: string
    readonly danger?: boolean
  }
}

/** A verb. Disabled with a reason, never hidden. */
export function VerbButton({ reason, href, shortcut, confirm, onClick, children, ...rest }: VerbButtonProps) {
  const { modal } = App.useApp()
  const navigate = useNavigate()
  const t = useText('ui')
  const button = useRef<HTMLElement>(null)
  const label = typeof children === 'string' ? children : (shortcut ?? '')
  const pressByKey = () => {
    button.current?.focus()
    if (reason) announce(reason)
    else button.current?.click()
  }
  const setButton = (element: HTMLElement | null) => {
    button.current = element
  }
  useKeys(shortcut ? [{ keys: shortcut, label, run: pressByKey }] : [])
  const act = (event: MouseEvent<HTMLElement>) => {
    if (href !== undefined) {
      event.preventDefault()
      void navigate(href)
    }
    onClick?.(event)
  }
  const press = (event: MouseEvent<HTMLElement>) => {
    if (reason || (href !== undefined && opensElsewhere(event))) return
    if (!confirm) {
      act(event)
      return
    }
    event.preventDefault()
    void modal.confirm({
      title: confirm.title,
      content: confirm.text,
      okText: confirm.verb,
      cancelText: t('cancel'),
      okButtonProps: { danger: confirm.danger ?? true },
      autoFocusButton: 'cancel',
      onOk: () => act(event),
    })
  }
  const verb = (
    <Button
      {...rest}
      ref={setButton}
      {...(href !== undefined && !reason ? { href } : {})}
      {...(reason ? { 'aria-disabled': true, className: `tz-refused ${rest.className ?? ''}` } : {})}
      {...(shortcut ? { 'aria-keyshortcuts': shortcut } : {})}
      onClick={press}
    >
      {children}
    </Button>
  )
  if (reason)
    return (
      <Tooltip title={reason} trigger={['hover', 'focus']}>
        {verb}
      </Tooltip>
    )
  return shortcut ? <Tooltip title={<kbd className="tz-key">{shortcut.toUpperCase()}</kbd>}>{verb}</Tooltip> : verb
}

function opensElsewhere(event: MouseEvent): boolean {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0
}
