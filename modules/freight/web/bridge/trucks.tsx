import { EmptyState, formatNumber, OpenFormButton, PlainTable, useText, When } from '@tingzhou/ui'
import type { BridgeDetail, Truck } from './api.ts'

/** A truck as a clerk looks at it: the plate large, then what is carried and what the law and the vehicle allow. */
export function TruckFacts({ truck }: { readonly truck: Truck }) {
  const t = useText('freight')
  const kg = (value: number) => `${formatNumber(value)} kg`
  const { planKg, loadNetKg } = truck
  return (
    <div>
      <div className="freight-plate">{truck.plate}</div>
      <div>
        {truck.driver} · {truck.goods} · {t(`bridge_end.${truck.end}`)}
      </div>
      <div>
        {loadNetKg !== null && t('bridge.loaded', { kg: kg(loadNetKg) })}
        {loadNetKg === null && planKg !== null && t('bridge.plan', { kg: kg(planKg) })}
      </div>
      <div className="tz-second">
        {t('bridge.limits', { rated: kg(truck.ratedLoadKg), legal: kg(truck.legalGrossKg) })}
      </div>
    </div>
  )
}

/** Trucks that wait here to be weighed, whoever waits longest first. */
export function TrucksHere({ bridge, trucks }: { readonly bridge: BridgeDetail; readonly trucks: readonly Truck[] }) {
  const t = useText('freight')
  if (trucks.length === 0) return <EmptyState title={t('bridge.nobody_here')} text={t('bridge.nobody_here_text')} />
  const reason = bridge.weighs ? null : t('bridge.reason_weigh')
  return (
    <ul className="freight-trucks" aria-label={t('bridge.here')}>
      {trucks.map((truck) => (
        <li key={truck.waybillId} className="freight-truck" aria-label={truck.plate}>
          <TruckFacts truck={truck} />
          <div className="tz-second">
            {t('bridge.arrived')} <When at={truck.since} relative />
          </div>
          <div className="freight-truck-verb">
            <OpenFormButton name="weigh" item={`${truck.waybillId}.${truck.rev}`} reason={reason}>
              {t('bridge.weigh')}
            </OpenFormButton>
          </div>
        </li>
      ))}
    </ul>
  )
}

/** Trucks on the way to this place. */
export function TrucksExpected({ trucks }: { readonly trucks: readonly Truck[] }) {
  const t = useText('freight')
  return (
    <PlainTable
      name={t('bridge.expected')}
      empty={t('bridge.nobody_expected')}
      head={[t('field.plate'), t('driving.driver'), t('bridge.goods'), t('field.state'), t('bridge.set_out')]}
      rows={trucks.map((truck) => ({
        key: truck.waybillId,
        cells: [
          <b key="plate">{truck.plate}</b>,
          truck.driver,
          truck.goods,
          t(`waybill_state.${truck.state}`),
          <When key="since" at={truck.since} relative />,
        ],
      }))}
    />
  )
}
