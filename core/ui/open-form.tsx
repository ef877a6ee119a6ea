import { Drawer } from 'antd'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { useNarrow } from './media.ts'
import { VerbButton } from './verb-button.tsx'

/** Opens and closes the form that the address names: `?do=edit&item=…`. */
export function useOpenForm() {
  const [query, setQuery] = useSearchParams()
  const set = (name: string | null, item?: string) =>
    setQuery(
      (now) => {
        const next = new URLSearchParams(now)
        next.delete('do')
        next.delete('item')
        if (name !== null) next.set('do', name)
        if (item !== undefined) next.set('item', item)
        return next
      },
      { replace: name === null },
    )
  return { name: query.get('do'), item: query.get('item'), open: set, close: () => set(null) }
}

type Row = { readonly id: string; readonly rev: number }

/** How an address names a row, at the revision that was looked at. */
export const rowItem = ({ id, rev }: Row): string => `${id}.${rev}`

/** The row that the open form changes, as `rowItem` named it. */
export function useOpenRow(): Row & { readonly close: () => void } {
  const { item, close } = useOpenForm()
  const [id = '', rev = '0'] = (item ?? '').split('.')
  return { id, rev: Number(rev), close }
}

/** A form beside its object, shown while the address names it. */
export function FormDrawer(props: {
  readonly name: string
  readonly title: string
  readonly children: ReactNode
  readonly width?: number
}) {
  const { name, close } = useOpenForm()
  const narrow = useNarrow()
  return (
    <Drawer
      open={name === props.name}
      onClose={close}
      title={props.title}
      size={narrow ? '100%' : (props.width ?? 560)}
      destroyOnHidden
    >
      {props.children}
    </Drawer>
  )
}

/** A verb that opens a form of the page; small beside a row. */
export function OpenFormButton(props: {
  readonly name: string
  readonly item?: string
  readonly primary?: boolean
  readonly size?: 'small'
  readonly reason?: string | null
  readonly children: ReactNode
}) {
  const { open } = useOpenForm()
  return (
    <VerbButton
      type={props.primary ? 'primary' : 'default'}
      {...(props.size ? { size: props.size } : {})}
      reason={props.reason}
      onClick={() => open(props.name, props.item)}
    >
      {props.children}
    </VerbButton>
  )
}
