import { StateTag, useText } from '@tingzhou/ui'
import type { MonthRow } from './api.ts'

/** Whether both sides have the same, and whether somebody has closed the month. */
export function MonthStateTag({ row }: { readonly row: Pick<MonthRow, 'state' | 'isEqual'> }) {
  const t = useText('freight')
  const open = row.state === 'open'
  return (
    <>
      <StateTag tone={row.isEqual ? 'good' : open ? 'bad' : 'plain'}>
        {t(row.isEqual ? 'month.equal' : 'month.differs')}
      </StateTag>{' '}
      <StateTag tone={open ? 'attention' : 'plain'} shape={open ? 'ring' : 'check'}>
        {t(`month_state.${row.state}`)}
      </StateTag>
    </>
  )
}
