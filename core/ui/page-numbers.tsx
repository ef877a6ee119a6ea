import { Pagination } from 'antd'
import { cloneElement, isValidElement, type ReactElement } from 'react'
import { useText } from './i18n.ts'

/** The numbers of pages, of rows that are all here. antd's two arrows have no name of their own. */
export function PageNumbers(props: {
  readonly page: number
  readonly perPage: number
  readonly total: number
  readonly onTurn: (page: number) => void
}) {
  const t = useText('ui')
  const names: Readonly<Record<string, string>> = { prev: t('list.before'), next: t('list.next') }
  return (
    <Pagination
      size="small"
      current={props.page}
      pageSize={props.perPage}
      total={props.total}
      showSizeChanger={false}
      onChange={props.onTurn}
      itemRender={(_page, kind, element) =>
        isArrow(element) && kind in names ? cloneElement(element, { 'aria-label': names[kind] }) : element
      }
    />
  )
}

const isArrow = (element: unknown): element is ReactElement<{ readonly 'aria-label'?: string | undefined }> =>
  isValidElement(element)
