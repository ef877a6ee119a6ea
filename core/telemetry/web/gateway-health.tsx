import {
  EmptyState,
  FactList,
  formatNumber,
  formatTimeFull,
  Page,
  Panel,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { api, pollMs } from './api.ts'
import { counterRows, partsOf, sumOf, type CounterRow } from './counter-words.ts'
import { DeviceWhen } from './device-when.tsx'

type Counters = Awaited<ReturnType<typeof api.counters.call>>
type Look = { readonly at: number; readonly counts: Readonly<Record<string, number>> }

const countsOf = ({ counts, gateways }: Counters) =>
  sumOf([counts, ...gateways.filter(({ isThere }) => isThere).map((gateway) => gateway.counts)])

/** What came in and what was refused, protocol by protocol, since the processes began and since the page was opened. */
export function GatewayHealth() {
  const t = useText('telemetry')
  const asked = useQuery({ ...api.counters.queryOptions({ input: {} }), refetchInterval: 2 * pollMs })
  const first = useRef<Look | null>(null)
  const now = asked.data ? { at: asked.dataUpdatedAt, counts: countsOf(asked.data) } : null
  if (now && !first.current) first.current = now
  return (
    <Page title={t('counter.title')} verbs={<VerbButton href="/devices">{t('nav.devices')}</VerbButton>}>
      <ProblemAlert problem={asked.error} onRetry={() => void asked.refetch()} />
      {asked.isPending && <SkeletonLines lines={6} />}
      {asked.data && now && <Health counters={asked.data} first={first.current ?? now} now={now} />}
    </Page>
  )
}

function Health({ counters, first, now }: { readonly counters: Counters; readonly first: Look; readonly now: Look }) {
  const t = useText('telemetry')
  const rows = counterRows(first.counts, now.counts)
  const groups = [...new Set(rows.map(({ group }) => group))]
  const minutes = (now.at - first.at) / 60_000
  return (
    <>
      <Panel>
        <FactList
          facts={[
            { label: t('counter.online'), value: formatNumber(counters.online) },
            ...Object.entries(counters.ports).map(([protocol, port]) => ({
              label: t(`protocol.${protocol}`),
              value: port === null ? t('counter.no_port') : t('counter.listens', { port }),
            })),
          ]}
        />
        <p className="tz-second">{t('counter.text', { at: formatTimeFull(first.at) })}</p>
      </Panel>
      <Processes counters={counters} />
      {rows.length === 0 && <EmptyState title={t('counter.empty')} text={t('counter.empty_text')} />}
      {groups.map((group) => (
        <Group key={group} group={group} rows={rows.filter((row) => row.group === group)} minutes={minutes} />
      ))}
    </>
  )
}

function Group(props: { readonly group: string; readonly rows: readonly CounterRow[]; readonly minutes: number }) {
  const t = useText('telemetry')
  const wordsOf = useCounterWords()
  const title = t(`counter.group.${props.group}`)
  return (
    <Panel title={title}>
      <PlainTable
        name={title}
        head={[t('counter.what'), t('counter.count'), t('counter.since'), t('counter.rate')]}
        empty={t('counter.empty')}
        rows={props.rows.map(({ name, count, since }) => ({
          key: name,
          cells: [
            <span key="what" title={name}>
              {wordsOf(name)}
            </span>,
            <span key="count" className="tz-number">
              {formatNumber(count)}
            </span>,
            <span key="since" className="tz-number">
              {since === null ? '–' : formatNumber(since)}
            </span>,
            <span key="rate" className="tz-number">
              {since === null || props.minutes <= 0 ? '–' : formatNumber(Math.round((since / props.minutes) * 10) / 10)}
            </span>,
          ],
        }))}
      />
    </Panel>
  )
}

/** What a counter counts, in words. */
export function useCounterWords() {
  const t = useText('telemetry')
  return (name: string): string => {
    const { what, detail } = partsOf(name)
    const said = t(`counter.words.${what}`)
    return detail === null ? said : t('counter.detailed', { what: said, detail: t(`counter.detail.${detail}`) })
  }
}

function Processes({ counters: { gateways } }: { readonly counters: Counters }) {
  const t = useText('telemetry')
  if (gateways.length === 0) return null
  return (
    <Panel title={t('counter.gateways')}>
      <PlainTable
        name={t('counter.gateways')}
        head={[t('field.name'), t('field.state'), t('counter.online'), t('counter.began'), t('counter.beat')]}
        empty={t('counter.empty')}
        rows={gateways.map(({ name, isThere, online, beganAt, beatAt }) => ({
          key: name,
          cells: [
            name,
            <StateTag key="state" tone={isThere ? 'good' : 'bad'}>
              {t(isThere ? 'counter.there' : 'counter.gone')}
            </StateTag>,
            online,
            <DeviceWhen key="began" at={beganAt} />,
            <DeviceWhen key="beat" at={beatAt} />,
          ],
        }))}
      />
    </Panel>
  )
}
