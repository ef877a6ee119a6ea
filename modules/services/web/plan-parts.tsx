import { FactList, formatNumber, useText } from '@tingzhou/ui'
import { Mark } from './tags.tsx'
import { useSay, type PlanItem, type PlanMaterial, type PlanView } from './words.ts'

/** The items with their departments and days, and what waits for what. */
export function PlanItems({ items }: { readonly items: readonly PlanItem[] }) {
  const t = useText('services')
  const say = useSay()
  const names = new Map(items.map(({ code, name }) => [code, say(name)]))
  return (
    <div className="services-scroll" role="region" tabIndex={0} aria-label={t('plan.items')}>
      <table className="services-table">
        <thead>
          <tr>
            <th>{t('column.item')}</th>
            <th>{t('column.department')}</th>
            <th className="services-right">{t('column.days')}</th>
            <th>{t('column.after')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.code}>
              <td>
                {say(item.name)}{' '}
                {item.automaticMinutes !== null && (
                  <Mark>{t('plan.automatic', { minutes: item.automaticMinutes })}</Mark>
                )}
                {item.specialSteps.map((step) => (
                  <span key={say(step.name)} className="tz-caption services-under">
                    {t('plan.special', { name: say(step.name), days: step.days })}
                  </span>
                ))}
              </td>
              <td>{item.department.name}</td>
              <td className="services-right tz-number">{item.promisedDays}</td>
              <td className="tz-second">
                {item.after.length === 0
                  ? t('plan.at_once')
                  : item.after.map((code) => names.get(code) ?? code).join(t('list_comma'))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Joint days against the sum of the items, and the items that decide how long it takes. */
export function PlanClock({
  clock,
  items,
}: {
  readonly clock: PlanView['clock']
  readonly items: readonly PlanItem[]
}) {
  const t = useText('services')
  const say = useSay()
  const path = clock.path.map((code) => say(items.find((item) => item.code === code)?.name) || code)
  return (
    <FactList
      facts={[
        { label: t('plan.joint_days'), value: t('days_n', { count: clock.days }) },
        { label: t('plan.sum_days'), value: t('days_n', { count: clock.sumDays }) },
        { label: t('plan.path'), value: path.join(' → ') },
      ]}
    />
  )
}

/** What is cut, each with the two numbers it is counted from; a bare percentage says nothing. */
export function PlanCuts({ cuts }: { readonly cuts: PlanView['cuts'] }) {
  const t = useText('services')
  if (cuts.length === 0) return <p className="tz-second">{t('plan.no_cuts')}</p>
  return (
    <ul className="services-cuts">
      {cuts.map(({ what, before, after, cut }) => (
        <li key={what}>
          <span>{t(`cut.${what}`)}</span>
          <strong className="tz-number">
            {t('cut.from_to', { before: formatNumber(before), after: formatNumber(after) })}
          </strong>
          <span className="tz-caption tz-number">
            {cut === null ? t('cut.no_base') : t('cut.share', { share: formatNumber(cut * 100, 2) })}
          </span>
        </li>
      ))}
    </ul>
  )
}

const shelves = ['asked', 'held'] as const

/** What the applicant hands in and what the zone has already. */
export function PlanMaterials({ materials }: { readonly materials: readonly PlanMaterial[] }) {
  const t = useText('services')
  return shelves.map((shelf) => {
    const rows = materials.filter(({ asked }) => asked === (shelf === 'asked'))
    return (
      <section key={shelf}>
        <h3>
          {t(`materials.${shelf}`)} <span className="tz-second tz-number">{rows.length}</span>
        </h3>
        {rows.length === 0 && <p className="tz-second">{t(`materials.no_${shelf}`)}</p>}
        <ul className="services-lines">
          {rows.map((material) => (
            <MaterialLine key={material.code} material={material} />
          ))}
        </ul>
      </section>
    )
  })
}

export function MaterialLine({ material }: { readonly material: PlanMaterial }) {
  const t = useText('services')
  const say = useSay()
  return (
    <li>
      <span>
        {say(material.name)}
        <span className="tz-caption services-under">
          {[
            t(`material_kind.${material.kind}`),
            t(`material_form.${material.form}`),
            t(`material_from.${material.from}`),
            ...(material.asked && isShared(material) ? [t('materials.unless_found')] : []),
          ].join(' · ')}
        </span>
      </span>
      {material.asked && material.tolerantDaysMax !== null && (
        <Mark>{t('materials.tolerant', { days: material.tolerantDaysMax })}</Mark>
      )}
    </li>
  )
}

/** Whether departments share it: the applicant hands it in only when they do not have it. Pure. */
export const isShared = ({ from }: Pick<PlanMaterial, 'from'>): boolean =>
  from === 'licence_store' || from === 'data_service'
