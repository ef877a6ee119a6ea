import { useQuery } from '@tanstack/react-query'
import { Alert } from 'antd'
import { CopyId, ObjectPage, useLive, useText, When, type Fact } from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import type * as z from 'zod'
import type { Instance } from '../contract.ts'
import { api } from './api.ts'
import { InstanceDrawing } from './instance-drawing.tsx'
import { InstanceTables } from './instance-tables.tsx'
import { InstanceVerbs } from './instance-verbs.tsx'
import { InstanceState, useTrouble } from './status.tsx'

export type Shown = z.output<typeof Instance>

/** One case: where its tokens stand on the drawing, why it stands still, and what an administrator may do. */
export function InstancePage() {
  const t = useText('process')
  const { id = '' } = useParams()
  const query = useQuery(api.instance.queryOptions({ input: { id } }))
  const troubleOf = useTrouble()
  const shown = query.data
  useLive({ kinds: shown ? [shown.businessKind] : [], objectId: shown?.businessId, keys: [api.instance.key()] })
  const nodeName = new Map(shown?.nodes.map((node) => [node.id, node.name]))
  return (
    <ObjectPage
      title={shown ? t('named', { name: shown.name, version: shown.version }) : t('instance.title')}
      id={id}
      state={shown && <InstanceState status={shown.status} />}
      verbs={shown && <InstanceVerbs shown={shown} />}
      loading={query.isPending}
      problem={query.error}
      onRetry={() => void query.refetch()}
      strip={
        shown?.trouble && (
          <Alert
            className="tz-process-trouble"
            type="error"
            showIcon
            title={t('trouble.at', { node: nodeName.get(shown.trouble.nodeId ?? '') ?? shown.trouble.nodeId ?? '–' })}
            description={troubleOf(shown)}
          />
        )
      }
      {...(shown ? { facts: factsOf(shown, t) } : {})}
      tabs={
        shown
          ? [
              { key: 'drawing', label: t('tab.drawing'), children: <InstanceDrawing shown={shown} /> },
              { key: 'tables', label: t('tab.tables'), children: <InstanceTables shown={shown} /> },
            ]
          : []
      }
    />
  )
}

function factsOf(shown: Shown, t: ReturnType<typeof useText>): readonly Fact[] {
  return [
    { label: t('field.nodes'), value: shown.nodes.map(({ name }) => name).join(t('comma')) || '–' },
    { label: t('field.begun'), value: <When at={shown.createdAt} /> },
    { label: t('field.since'), value: <When at={shown.updatedAt} relative /> },
    {
      label: t('field.version'),
      value:
        shown.version === shown.newestVersion
          ? t('version.newest', { version: shown.version })
          : t('version.older', { version: shown.version, newest: shown.newestVersion }),
    },
    { label: t('field.business'), value: <CopyId value={shown.businessId} /> },
    {
      label: t('field.parent'),
      value: shown.parentInstanceId && (
        <Link to={`/process-instances/${shown.parentInstanceId}`}>{t('field.parent_link')}</Link>
      ),
    },
  ]
}
