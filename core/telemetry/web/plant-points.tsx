import {
  OpenFormButton,
  Panel,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  useOpenForm,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Segmented } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { hasTrend } from '../trend-rule.ts'
import { api, nameOf, pollMs } from './api.ts'
import { KeeperDrawer, useRefusal } from './keeper-drawer.tsx'
import { usePointWords } from './device-points.tsx'
import { DeviceWhen } from './device-when.tsx'
import { ComputedTag } from './formula-fields.tsx'
import { PointForm, PointState, type NodePoint } from './plant-point-form.tsx'

type Node = Awaited<ReturnType<typeof api.plantNode.call>>
const rowsPerPage = 200

/** The points of a place with their last values; each opens its form. */
export function PlantPoints({ node }: { readonly node: Node }) {
  const t = useText('telemetry')
  const [retired, setRetired] = useState<'0' | '1'>(node.retired ? '1' : '0')
  const query = useInfiniteQuery(
    api.nodePoints.infiniteOptions({
      input: (cursor: string | undefined) => ({
        id: node.id,
        retired,
        limit: rowsPerPage,
        ...(cursor ? { cursor } : {}),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
      refetchInterval: 5 * pollMs,
    }),
  )
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <Panel
      title={t('tab.points')}
      aside={
        <Segmented<'0' | '1'>
          size="small"
          value={retired}
          onChange={setRetired}
          options={[
            { value: '0', label: t('state.active') },
            { value: '1', label: t('state.retired') },
          ]}
        />
      }
    >
      <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <SkeletonLines lines={3} />}
      {query.data && <PointTable rows={rows} empty={t(retired === '1' ? 'plant.no_retired' : 'plant.no_points')} />}
      {query.hasNextPage && (
        <VerbButton type="link" onClick={() => void query.fetchNextPage()}>
          {t('plant.more')}
        </VerbButton>
      )}
      <PointDrawers rows={rows} />
    </Panel>
  )
}

function PointTable({ rows, empty }: { readonly rows: readonly NodePoint[]; readonly empty: string }) {
  const t = useText('telemetry')
  const refused = useRefusal()
  const { valueOf, qualityOf } = usePointWords()
  return (
    <PlainTable
      name={t('tab.points')}
      head={[t('point.name'), t('point.code'), t('point.value'), t('point.quality'), t('point.at'), t('plant.own'), '']}
      empty={empty}
      rows={rows.map((point) => {
        const at = point.lastFix?.at ?? point.last?.at
        return {
          key: point.code,
          cells: [
            <span key="name">
              {nameOf(point.name)} <ComputedTag formula={point.formula} />
            </span>,
            hasTrend(point) ? (
              <Link className="tz-mono" to={`/trends?points=${point.point}`} title={t('trend.open')}>
                {point.key ?? point.code}
              </Link>
            ) : (
              <span className="tz-mono">{point.key ?? point.code}</span>
            ),
            valueOf(point),
            qualityOf(point),
            at === undefined ? '–' : <DeviceWhen at={at} />,
            <OwnWords key="own" point={point} />,
            <span key="verbs" className="tz-device-state">
              <OpenFormButton name="point" item={String(point.point)} size="small" reason={refused}>
                {t('plant.edit')}
              </OpenFormButton>
              <OpenFormButton name="point-state" item={String(point.point)} size="small" reason={refused}>
                {t(point.retired ? 'plant.point_restore' : 'plant.point_retire')}
              </OpenFormButton>
            </span>,
          ],
        }
      })}
    />
  )
}

/** Whether it follows its type, and in what it does not. */
function OwnWords({ point: { profileKey, own } }: { readonly point: NodePoint }) {
  const t = useText('telemetry')
  if (profileKey === null) return t('plant.of_its_own')
  if (own.length === 0) return t('plant.of_type')
  return t('plant.own_fields', { fields: own.map((field) => t(`plant.field.${field}`)).join(t('comma')) })
}

/** The other points of the equipment that have a value, by the last part of their codes. Pure. */
const siblingsOf = ({ point }: NodePoint, rows: readonly NodePoint[]): readonly string[] =>
  rows.flatMap((row) => (row.point === point || row.kind === 'position' || row.key === null ? [] : [row.key]))

function PointDrawers({ rows }: { readonly rows: readonly NodePoint[] }) {
  const t = useText('telemetry')
  const { item } = useOpenForm()
  const point = rows.find((row) => String(row.point) === item)
  return (
    <>
      <KeeperDrawer name="point" title={t('plant.edit_point')}>
        {point ? (
          <PointForm key={point.point} point={point} siblings={siblingsOf(point, rows)} />
        ) : (
          <SkeletonLines lines={5} />
        )}
      </KeeperDrawer>
      <KeeperDrawer name="point-state" title={t(point?.retired ? 'plant.point_restore' : 'plant.point_retire')}>
        {point ? <PointState key={point.point} point={point} /> : <SkeletonLines lines={3} />}
      </KeeperDrawer>
    </>
  )
}
