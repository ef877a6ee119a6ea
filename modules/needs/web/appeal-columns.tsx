import { Due, When, type ListColumn } from '@tingzhou/ui'
import { AppealStateTag, ClassTag, SupervisionTag, SyntheticMark } from './tags.tsx'
import { caseClock, type Row, type Texts } from './words.ts'

/** The columns of every list of appeals: each row says whose it is, by when, and where it stands. */
export function appealColumns(t: Texts, nameOf: (code: string | null) => string): readonly ListColumn<Row>[] {
  return [
    {
      key: 'title',
      title: t('column.title'),
      card: 'title',
      render: (row) => (
        <span className="needs-row-title">
          <span className="needs-row-name">{row.title}</span>
          <span className="tz-caption needs-row-under">
            <span className="tz-mono">{row.no ?? t('draft_mark')}</span>
            <SupervisionTag level={row.supervisionLevel} />
            <SyntheticMark when={row.synthetic} />
          </span>
        </span>
      ),
    },
    { key: 'state', title: t('column.state'), card: 'decides', render: (row) => <AppealStateTag state={row.state} /> },
    {
      key: 'owner',
      title: t('column.owner'),
      card: 'decides',
      render: (row) => row.owner?.name ?? <span className="tz-second">{t('owner_none')}</span>,
    },
    { key: 'dueAt', title: t('column.clock'), card: 'decides', sort: true, render: (row) => <RowClock row={row} /> },
    {
      key: 'next',
      title: t('column.next'),
      render: (row) => <span className="tz-second">{t(`state_next.${row.state}`)}</span>,
    },
    {
      key: 'class',
      title: t('column.class'),
      render: (row) => <ClassTag value={row.class} short />,
    },
    { key: 'category', title: t('column.category'), render: (row) => nameOf(row.category) },
    {
      key: 'enterprise',
      title: t('column.enterprise'),
      render: (row) => row.enterprise?.name ?? t('anonymous_or_none'),
    },
    { key: 'area', title: t('column.area'), hidden: true, render: (row) => row.area?.name ?? '–' },
    {
      key: 'supervision',
      title: t('column.supervision'),
      hidden: true,
      render: (row) => <SupervisionTag level={row.supervisionLevel} />,
    },
    { key: 'channel', title: t('column.channel'), hidden: true, render: (row) => t(`channel.${row.channel}`) },
    { key: 'nature', title: t('column.nature'), hidden: true, render: (row) => t(`nature.${row.nature}`) },
    {
      key: 'reopenCount',
      title: t('column.reopened'),
      unit: t('unit.times'),
      align: 'right',
      hidden: true,
      render: (row) => row.reopenCount,
    },
    {
      key: 'receivedAt',
      title: t('column.received'),
      sort: true,
      render: (row) => (row.receivedAt === null ? '–' : <When at={row.receivedAt} />),
    },
    { key: 'closingNo', title: t('column.closing_no'), hidden: true, render: (row) => row.closingNo ?? '–' },
  ]
}

/** The clock of a row. */
export function RowClock({ row }: { readonly row: Row }) {
  const { dueAt, ...clock } = { dueAt: null, ...caseClock(row) }
  return <Due {...clock} at={dueAt} />
}
