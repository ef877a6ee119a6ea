import { CopyId, FactList, FormBox, useCommand, useOpenForm, useText, VerbButton } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Alert } from 'antd'
import { useState } from 'react'
import { api, nameOf } from './api.ts'
import { ReasonItem } from './plant-node-forms.tsx'
import { plantKeys } from './plant-nodes.ts'
import { PlantTrail } from './plant-trail.tsx'
import { saysNames, SaysFields, saysOfValues, valuesOfSays, type SaysValues } from './point-says-fields.tsx'

export type NodePoint = Awaited<ReturnType<typeof api.nodePoints.call>>['rows'][number]

const changedKeys = () => [...plantKeys(), api.points.key(), api.device.key()]

type SetInput = Parameters<typeof api.setPoint.call>[0]

/** What a point is called and told in and what is expected of it, beside what its type says. */
export function PointForm(props: { readonly point: NodePoint; readonly siblings: readonly string[] }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  // What the reader saw when the form opened, also when the page has asked again meanwhile.
  const [seen] = useState(props.point)
  const { profileKey } = seen
  const asked = useQuery({
    ...api.profile.queryOptions({ input: { key: profileKey ?? '' } }),
    enabled: profileKey !== null,
  })
  const type = asked.data?.points.find(({ key }) => key === seen.key) ?? null
  const isMeasured = seen.last !== null || seen.lastFix !== null
  const save = useCommand({ run: api.setPoint.call, invalidate: changedKeys(), success: t('plant.point_saved') })
  const reset = useCommand({
    run: api.resetPoint.call,
    invalidate: changedKeys(),
    success: t('plant.point_reset_done'),
    done: close,
  })
  const trail = useQuery(api.pointTrail.queryOptions({ input: { point: seen.point, order: 'desc' } }))
  return (
    <>
      <FactList
        facts={[
          { label: t('point.code'), value: <CopyId value={seen.code} /> },
          { label: t('plant.kind'), value: t(`plant.kinds.${seen.kind}`) },
          { label: t('plant.resolution'), value: seen.resolution },
        ]}
      />
      <FormBox<SaysValues, SetInput, { rev: number }>
        command={save}
        fieldNames={saysNames}
        initial={valuesOfSays(seen)}
        toInput={(values) => ({
          point: seen.point,
          rev: seen.rev,
          ...saysOfValues(values),
          reason: values.reason?.trim() || null,
        })}
        submit={t('manage.save')}
        done={close}
        onCancel={close}
        reason={seen.retired ? t('plant.reason_retired') : null}
      >
        <SaysFields
          type={type}
          isCounter={seen.kind === 'counter'}
          unitBefore={isMeasured ? seen.unit : null}
          point={seen.point}
          hasValue={seen.kind !== 'position'}
          siblings={props.siblings}
        />
      </FormBox>
      <div className="tz-verbs">
        <VerbButton
          loading={reset.pending}
          reason={profileKey !== null && seen.own.length === 0 ? t('plant.reason_follows') : null}
          confirm={{
            title: t('plant.reset_title', { name: nameOf(seen.name) }),
            text: t('plant.reset_text'),
            verb: t('plant.reset'),
            danger: false,
          }}
          onClick={() => void reset.run({ point: seen.point, rev: seen.rev, reason: null })}
        >
          {t('plant.reset')}
        </VerbButton>
      </div>
      <PlantTrail rows={trail.data?.rows} problem={trail.error} onRetry={() => void trail.refetch()} />
    </>
  )
}

type StateInput = Parameters<typeof api.retirePoint.call>[0]

/** Takes a point out of use, or into use again. */
export function PointState({ point }: { readonly point: NodePoint }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const [seen] = useState(point)
  const act = useCommand({
    run: seen.retired ? api.restorePoint.call : api.retirePoint.call,
    invalidate: changedKeys(),
    success: t(seen.retired ? 'plant.point_restored' : 'plant.point_retired', { code: seen.code }),
  })
  const verb = t(seen.retired ? 'plant.point_restore' : 'plant.point_retire')
  return (
    <FormBox<Pick<StateInput, 'reason'>, StateInput, { rev: number }>
      command={act}
      initial={{}}
      toInput={({ reason }) => ({ point: seen.point, rev: seen.rev, reason })}
      submit={verb}
      done={close}
      onCancel={close}
    >
      <Alert
        className="tz-problem"
        type={seen.retired ? 'info' : 'warning'}
        showIcon
        title={`${nameOf(seen.name)} ${seen.code}`}
        description={t(seen.retired ? 'plant.point_restore_text' : 'plant.point_retire_text')}
      />
      <ReasonItem />
    </FormBox>
  )
}
