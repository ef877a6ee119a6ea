import { useQuery } from '@tanstack/react-query'
import {
  FactList,
  formatMoney,
  formatNumber,
  formatShare,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  useText,
} from '@tingzhou/ui'
import { api } from '../api.ts'

type Share = { readonly part: number; readonly of: number }

/** What the day brought, each share with its base. */
export function EventReport({ id }: { readonly id: string }) {
  const t = useText('market')
  const found = useQuery(api.events.report.queryOptions({ input: { id } }))
  if (found.error) return <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />
  const report = found.data
  if (!report) return <SkeletonLines lines={6} />
  const share = ({ part, of }: Share) => (of === 0 ? t('event.nothing_yet') : formatShare(part, of))
  const { cameTrue } = report
  return (
    <>
      <FactList
        facts={[
          { label: t('event.report.firms'), value: formatNumber(report.firmsRegistered) },
          { label: t('event.report.arrived'), value: share(report.firmsArrived) },
          { label: t('event.report.planned'), value: formatNumber(report.meetingsPlanned) },
          { label: t('event.report.held'), value: share(report.meetingsHeld) },
          { label: t('event.report.no_shows'), value: share(report.noShows) },
          { label: t('event.report.agreements'), value: share(report.agreements) },
          { label: t('event.report.talks'), value: share(report.talks) },
          { label: t('event.report.confirmed'), value: share(report.confirmed) },
          {
            label: t('event.report.stated'),
            value: t('event.report.stated_of', { money: formatMoney(report.statedFen), ...report.statedOf }),
          },
          { label: t('event.report.deals'), value: formatNumber(report.deals) },
          {
            label: t('event.report.came_true'),
            value:
              cameTrue.statedFen === 0
                ? t('event.nothing_yet')
                : t('event.report.came_true_of', {
                    share: formatNumber((cameTrue.valueFen / cameTrue.statedFen) * 100, 1),
                    value: formatMoney(cameTrue.valueFen),
                    stated: formatMoney(cameTrue.statedFen),
                    n: cameTrue.meetings,
                  }),
          },
        ]}
      />
      <PlainTable
        name={t('event.report.follow')}
        empty={t('event.nothing_yet')}
        head={[
          t('event.report.after'),
          t('event.report.answered'),
          t('event.report.delivered'),
          t('event.report.fallen'),
          t('event.report.value'),
        ]}
        rows={report.follow.map((line) => ({
          key: String(line.days),
          cells: [
            t('event.after_days', { days: line.days }),
            share(line.answered),
            share(line.delivered),
            share(line.fallen),
            formatMoney(line.valueFen),
          ],
        }))}
      />
    </>
  )
}
