import { formatDuration, PlainTable, useText, When } from '@tingzhou/ui'
import type { ReactNode } from 'react'
import type { Shown } from './instance-page.tsx'

/** Tasks, timers, messages and the time at each step, as they stand. */
export function InstanceTables({ shown }: { readonly shown: Shown }) {
  const t = useText('process')
  return (
    <>
      <Table
        name={t('tables.tasks')}
        head={[t('field.step'), t('field.status'), t('field.who'), t('field.opened'), t('field.due')]}
        rows={shown.tasks.map((task) => [
          task.sign === null ? task.name : t('tables.signature', { name: task.name }),
          t(`task_state.${task.state}`),
          task.assigneeName ?? task.roles.join(t('comma')),
          <When key="opened" at={task.openedAt} relative />,
          task.dueAt === null ? '–' : <When key="due" at={task.dueAt} />,
        ])}
      />
      <Table
        name={t('tables.timers')}
        head={[t('field.step'), t('field.due'), t('field.attempts'), t('field.retry'), t('field.trouble')]}
        rows={shown.timers.map((timer) => [
          timer.nodeId,
          <When key="due" at={timer.dueAt} />,
          timer.attempts,
          timer.retryAt === null ? '–' : <When key="retry" at={timer.retryAt} />,
          timer.lastError ?? '–',
        ])}
      />
      <Table
        name={t('tables.messages')}
        head={[t('field.step'), t('field.kind'), t('field.name')]}
        rows={shown.messages.map(({ nodeId, kind, name }) => [nodeId, t(`message_kind.${kind}`), name])}
      />
      <Table
        name={t('tables.times')}
        head={[t('field.step'), t('field.done'), t('field.open'), t('field.total')]}
        rows={shown.times.map(({ nodeId, done, open, totalS }) => [nodeId, done, open, formatDuration(totalS)])}
      />
    </>
  )
}

function Table(props: {
  readonly name: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly ReactNode[])[]
}) {
  const t = useText('process')
  // Rows have no ids of their own here and are never reordered in place.
  const rows = props.rows.map((cells, row) => ({ key: String(row), cells }))
  return (
    <section>
      <h3>{props.name}</h3>
      <PlainTable name={props.name} head={props.head} rows={rows} empty={t('tables.none')} />
    </section>
  )
}
