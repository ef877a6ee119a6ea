import { FactList, formatMoney, useText, When } from '@tingzhou/ui'
import { maxOf } from '../score-sheet.ts'
import { points, useSheetName, type Campaign } from './words.ts'

/** The rules that hold now, the versions before them, and the panel as far as the reader may see it. */
export function RulesView({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  const nameOf = useSheetName()
  const { rules } = campaign
  return (
    <>
      <FactList
        facts={[
          {
            label: t('field.weights'),
            value: `${rules.weights.selfPct} : ${rules.weights.countyPct} : ${rules.weights.prefecturePct}`,
          },
          { label: t('field.gap'), value: points(rules.gapCenti) },
          { label: t('field.reviewers'), value: rules.reviewers },
          { label: t('field.graceDays'), value: rules.graceDays },
          { label: t('field.publicityDays'), value: rules.publicityDays },
          {
            label: t('award.model'),
            value: t('rules.places', { n: rules.modelMax, min: points(rules.modelMinCenti) }),
          },
          { label: t('award.good'), value: t('rules.places', { n: rules.goodMax, min: points(rules.goodMinCenti) }) },
          { label: t('field.perCompanyMax'), value: rules.perCompanyMax },
          { label: t('field.pool'), value: formatMoney(rules.prize.poolFen) },
          { label: t('field.leaderPct'), value: `${rules.prize.leaderPct} %` },
          { label: t('field.validYears'), value: rules.validYears },
        ]}
      />
      <h3>{t('rules.tiers')}</h3>
      <ul className="safety-lines">
        {rules.prize.tiers.map((tier, index) => (
          <li key={`${tier.award} ${index}`}>
            {t('rules.tier', { award: t(`award.${tier.award}`), places: tier.places, weight: tier.weight })}
          </li>
        ))}
      </ul>
      <h3>{t('rules.ties')}</h3>
      <p className="tz-second">{t('rules.ties_text')}</p>
      {campaign.areas.length > 0 && (
        <>
          <h3>{t('rules.quotas')}</h3>
          <ul className="safety-lines">
            {campaign.areas.map(({ area, max }) => (
              <li key={area.id}>
                {area.name} · <span className="tz-number">{max}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>{t('sheet.title')}</h3>
      <ul className="safety-lines">
        {rules.sheet.sections.map((section) => (
          <li key={section.key}>
            <strong>{nameOf(section)}</strong>{' '}
            <span className="tz-second">
              {section.items
                .map((item) => (item.kind === 'veto' ? nameOf(item) : `${nameOf(item)} ${points(maxOf(item))}`))
                .join(t('list_comma'))}
            </span>
          </li>
        ))}
      </ul>
      {campaign.panel.length > 0 && (
        <>
          <h3>{t('panel.title')}</h3>
          <ul className="safety-lines">
            {campaign.panel.map((seat) => (
              <li key={`${seat.accountId} ${seat.level}`}>
                {seat.name}{' '}
                <span className="tz-second">
                  {[t(`level.${seat.level}`), seat.area?.name, seat.department?.name].filter(Boolean).join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>{t('rules.versions')}</h3>
      <ul className="safety-lines">
        {campaign.versions.map((version) => (
          <li key={version.version}>
            {t('rules.version', { n: version.version })} · <When at={version.at} /> {version.why}
          </li>
        ))}
      </ul>
    </>
  )
}
