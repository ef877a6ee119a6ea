import { useText } from '@tingzhou/ui'
import { maxOf, type Marks } from '../score-sheet.ts'
import { markText } from './mark-sheet.tsx'
import { points, useSheetName, type Application } from './words.ts'

/** Everything that was marked, item by item: the team's own marks and those the reader may see, each with its reason. */
export function MarksTable({ application }: { readonly application: Application }) {
  const t = useText('safety')
  const nameOf = useSheetName()
  const { rules, self, scores } = application
  const total = (centi: number | null | undefined) => <td className="safety-number">{points(centi ?? null)}</td>
  return (
    <div className="safety-scroll" tabIndex={0} role="region" aria-label={t('sheet.title')}>
      <table className="safety-table">
        <thead>
          <tr>
            <th scope="col">{t('sheet.item')}</th>
            <th scope="col" className="safety-number">
              {t('sheet.max')}
            </th>
            <th scope="col" className="safety-number">
              {t('level.self')}
            </th>
            {scores.map((score, index) => (
              <th key={score.id} scope="col" className="safety-number">
                {t(`level.${score.level}`)}
                <br />
                {score.reviewer ?? t('sheet.reviewer', { n: index + 1 })}
              </th>
            ))}
          </tr>
        </thead>
        {rules.sheet.sections.map((section) => (
          <tbody key={section.key}>
            <tr>
              <th scope="rowgroup" colSpan={3 + scores.length} className="safety-group">
                {nameOf(section)}
              </th>
            </tr>
            {section.items.map((item) => {
              const text = (marks: Marks) => {
                const mark = marks[item.key]
                return mark === undefined ? '–' : markText(t, item, mark)
              }
              return (
                <tr key={item.key}>
                  <th scope="row">{nameOf(item)}</th>
                  <td className="safety-number">{item.kind === 'veto' ? '–' : points(maxOf(item))}</td>
                  <td className="safety-number">{text(self.marks)}</td>
                  {scores.map((score) => (
                    <td key={score.id} className="safety-number">
                      {text(score.marks)}
                      {score.reasons[item.key] && <span className="safety-reason">{score.reasons[item.key]}</span>}
                    </td>
                  ))}
                </tr>
              )
            })}
          </tbody>
        ))}
        <tfoot>
          <tr>
            <th scope="row">{t('sheet.sum')}</th>
            {total(10_000)}
            {total(self.score?.totalCenti)}
            {scores.map((score) => (
              <td key={score.id} className="safety-number">
                {points(score.totalCenti)}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}
