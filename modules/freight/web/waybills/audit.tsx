import { PlainTable, StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type { WaybillDetail } from './api.ts'

type Finding = NonNullable<WaybillDetail['audit']>['findings'][number]

const looks: Readonly<Record<Finding['result'], readonly [Tone, Shape]>> = {
  pass: ['good', 'check'],
  warn: ['attention', 'triangle'],
  block: ['bad', 'diamond'],
}

/** What the rules said at the last audit, what they looked at, and who let what pass. */
export function Audit({ waybill: { audit } }: { readonly waybill: WaybillDetail }) {
  const t = useText('freight')
  return (
    <PlainTable
      name={t('waybill.audit')}
      empty={t('waybill.no_audit')}
      head={[t('audit.rule'), t('audit.result'), t('audit.evidence'), t('audit.override')]}
      rows={(audit?.findings ?? []).map(({ rule, result, evidence }) => {
        const [tone, shape] = looks[result]
        const passed = audit?.overrides.find((one) => one.rule === rule)
        return {
          key: rule,
          cells: [
            `${rule} ${t(`audit_rule.${rule}`)}`,
            <StateTag key="result" tone={tone} shape={shape}>
              {t(`audit_result.${result}`)}
            </StateTag>,
            <span key="evidence" className="tz-mono tz-caption">
              {evidence === null ? '–' : JSON.stringify(evidence)}
            </span>,
            passed ? `${passed.by}：${passed.reason}` : '–',
          ],
        }
      })}
    />
  )
}
