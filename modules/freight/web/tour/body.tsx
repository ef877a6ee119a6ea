import { useQuery } from '@tanstack/react-query'
import {
  FactList,
  FormBox,
  FormDrawer,
  formatMass,
  formatNumber,
  holdsRole,
  OpenFormButton,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useMe,
  useOpenForm,
  useText,
  ScaledItem,
  TextItem,
  WholeItem,
} from '@tingzhou/ui'
import { keepingRoles } from '../../roles.ts'
import { api } from '../api.ts'

const tons = (kg: number): string => `${formatMass(kg)} t`

type Known = Awaited<ReturnType<typeof api.tours.body.call>>

/** Axles, empty mass and volume of a vehicle, and what it may carry by them. */
export function VehicleBody({ vehicleId }: { readonly vehicleId: string }) {
  const t = useText('freight')
  const me = useMe()
  const query = useQuery(api.tours.body.queryOptions({ input: { id: vehicleId } }))
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonLines lines={4} />
  const body = query.data
  const said = (value: number | null, show: (known: number) => string) =>
    value === null ? t('vehicle_body.unknown') : show(value)
  return (
    <>
      <p className="tz-second">{t('vehicle_body.intro')}</p>
      <p>
        <OpenFormButton name="body" reason={holdsRole(me, [...keepingRoles, 'carrier']) ? null : t('reason.keep')}>
          {t('vehicle_body.change')}
        </OpenFormButton>
      </p>
      <FactList
        facts={[
          { label: t('vehicle_body.axles'), value: said(body.axles, formatNumber) },
          { label: t('vehicle_body.driveAxles'), value: said(body.driveAxles, formatNumber) },
          { label: t('vehicle_body.tareKg'), value: said(body.tareKg, tons) },
          {
            label: t('vehicle_body.volumeDm3'),
            value: said(body.volumeDm3, (dm3) => `${formatNumber(dm3 / 1_000, 3)} m³`),
          },
          { label: t('vehicle_body.lawful'), value: said(body.lawfulGrossKg, tons) },
          { label: t('vehicle_body.capacity'), value: tons(body.capacityKg) },
        ]}
      />
      <FormDrawer name="body" title={t('vehicle_body.title')}>
        <Change vehicleId={vehicleId} body={body} />
      </FormDrawer>
    </>
  )
}

type Values = Partial<Pick<Known, 'axles' | 'driveAxles' | 'tareKg' | 'volumeDm3'>> & { readonly why: string }

function Change({ vehicleId, body }: { readonly vehicleId: string; readonly body: Known }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.tours.setBody.call,
    invalidate: [api.tours.key(), api.vehicles.key()],
    success: t('saved'),
  })
  const { axles, driveAxles, tareKg, volumeDm3, rev } = body
  return (
    <FormBox<Values, Parameters<typeof api.tours.setBody.call>[0], { id: string; rev: number }>
      initial={{ axles, driveAxles, tareKg, volumeDm3 }}
      command={command}
      toInput={({ why, ...said }) => ({
        id: vehicleId,
        rev,
        why,
        axles: said.axles ?? null,
        driveAxles: said.driveAxles ?? null,
        tareKg: said.tareKg ?? null,
        volumeDm3: said.volumeDm3 ?? null,
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <WholeItem name="axles" label={t('vehicle_body.axles')} min={2} max={20} />
      <WholeItem name="driveAxles" label={t('vehicle_body.driveAxles')} max={10} />
      <ScaledItem name="tareKg" label={t('vehicle_body.tareKg')} scale={3} unit="t" min={1} max={200_000} />
      <ScaledItem name="volumeDm3" label={t('vehicle_body.volumeDm3')} scale={3} unit="m³" min={1} max={1_000_000} />
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
