import {
  CopyId,
  FactList,
  OpenFormButton,
  Panel,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { Link } from 'react-router'
import { api, nameOf } from './api.ts'
import { useRefusal } from './keeper-drawer.tsx'
import { DeviceState } from './device-state.tsx'
import { usePlantNodes } from './plant-nodes.ts'
import { usePlantPlace } from './plant-place.ts'
import { PlantPoints } from './plant-points.tsx'
import { PlantTrail } from './plant-trail.tsx'

type Node = Awaited<ReturnType<typeof api.plantNode.call>>

/** A place: where it stands, of which type it is, its points with last values, what stands in it, and what was done to it. */
export function PlantNode({ id }: { readonly id: string }) {
  const asked = useQuery(api.plantNode.queryOptions({ input: { id } }))
  if (asked.isPending) return <SkeletonLines lines={6} />
  if (!asked.data) return <ProblemAlert problem={asked.error} onRetry={() => void asked.refetch()} />
  const node = asked.data
  return (
    <>
      <ProblemAlert problem={asked.error} onRetry={() => void asked.refetch()} />
      <Head node={node} />
      <PlantPoints node={node} />
      {node.hasChildren && <Children id={id} />}
      <Devices node={node} />
      <NodeTrail id={id} />
    </>
  )
}

function Head({ node }: { readonly node: Node }) {
  const t = useText('telemetry')
  const { set } = usePlantPlace()
  const refused = useRefusal()
  const reason = refused ?? (node.retired ? t('plant.reason_retired') : null)
  return (
    <Panel title={nameOf(node.name)} aside={node.retired && <StateTag tone="plain">{t('state.retired')}</StateTag>}>
      {node.path.length > 0 && (
        <nav aria-label={t('plant.path')} className="tz-verbs">
          {node.path.map(({ id, name }) => (
            <Button key={id} type="link" size="small" onClick={() => set('node', id)}>
              {nameOf(name)} /
            </Button>
          ))}
        </nav>
      )}
      <FactList
        facts={[
          { label: t('plant.level'), value: t(`plant.levels.${node.level}`) },
          { label: t('plant.code'), value: <CopyId value={node.code} /> },
          {
            label: t('field.type'),
            value: node.profile && (
              <Link to={`/plant?tab=types&type=${node.profile.key}`}>{nameOf(node.profile.name)}</Link>
            ),
          },
          { label: t('plant.owner'), value: node.owner?.name },
        ]}
      />
      <div className="tz-verbs">
        <OpenFormButton
          name="add-node"
          item={node.id}
          reason={reason ?? (node.level === 'equipment' ? t('plant.reason_lowest') : null)}
        >
          {t('plant.add_in')}
        </OpenFormButton>
        <OpenFormButton name="set-node" reason={reason}>
          {t('plant.set')}
        </OpenFormButton>
        <OpenFormButton name="move-node" reason={reason}>
          {t('plant.move')}
        </OpenFormButton>
        <OpenFormButton name="retire-node" reason={reason ?? (node.hasChildren ? t('plant.reason_not_empty') : null)}>
          {t('plant.retire')}
        </OpenFormButton>
      </div>
    </Panel>
  )
}

function Children({ id }: { readonly id: string }) {
  const t = useText('telemetry')
  const { set } = usePlantPlace()
  const query = usePlantNodes({ parentId: id })
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <Panel title={t('plant.children')}>
      <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
      {query.isPending ? (
        <SkeletonLines lines={3} />
      ) : (
        <PlainTable
          name={t('plant.children')}
          head={[t('field.name'), t('plant.code'), t('plant.level'), t('tab.points')]}
          empty={t('plant.children_empty')}
          rows={rows.map((row) => ({
            key: row.id,
            cells: [
              <Button key="name" type="link" size="small" onClick={() => set('node', row.id)}>
                {nameOf(row.name)}
              </Button>,
              <span key="code" className="tz-mono">
                {row.code}
              </span>,
              t(`plant.levels.${row.level}`),
              row.points,
            ],
          }))}
        />
      )}
      {query.hasNextPage && (
        <VerbButton type="link" onClick={() => void query.fetchNextPage()}>
          {t('plant.more')}
        </VerbButton>
      )}
    </Panel>
  )
}

function Devices({ node }: { readonly node: Node }) {
  const t = useText('telemetry')
  if (node.devices.length === 0) return null
  return (
    <Panel title={t('nav.devices')}>
      <PlainTable
        name={t('nav.devices')}
        head={[t('field.name'), t('field.identity'), t('field.protocol'), t('field.state')]}
        empty={t('devices.empty')}
        rows={node.devices.map(({ id, name, identity, protocol, state }) => ({
          key: id,
          cells: [
            <Link key="name" to={`/devices/${id}`}>
              {name}
            </Link>,
            <span key="identity" className="tz-mono">
              {identity}
            </span>,
            t(`protocol.${protocol}`),
            <DeviceState key="state" state={state} />,
          ],
        }))}
      />
    </Panel>
  )
}

function NodeTrail({ id }: { readonly id: string }) {
  const trail = useQuery(api.plantNodeTrail.queryOptions({ input: { id, order: 'desc' } }))
  return <PlantTrail rows={trail.data?.rows} problem={trail.error} onRetry={() => void trail.refetch()} />
}
