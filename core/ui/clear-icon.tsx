import { CloseCircleFilled } from '@ant-design/icons'
import { useCallback } from 'react'
import { useText } from './i18n.ts'

/** The cross that empties a field. The button around it is antd's, which names it in English or not at all. */
export function ClearIcon() {
  const t = useText('ui')
  const word = t('clear')
  const nameButton = useCallback(
    (icon: HTMLElement | null) => icon?.closest('button')?.setAttribute('aria-label', word),
    [word],
  )
  return <CloseCircleFilled ref={nameButton} />
}
