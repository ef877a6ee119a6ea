import { useQuery } from '@tanstack/react-query'
import {
  holdsRole,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  useMe,
  useText,
  VerbButton,
  type Shape as TagShape,
  type Tone,
} from '@tingzhou/ui'
import { lazy, Suspense, useMemo, useState } from 'react'
import { auditingRoles } from '../../roles.ts'
import { api } from '../api.ts'
import { factsOf, valueText } from '../risk/words.ts'
import type { WaybillDetail } from './api.ts'
import type { Shape } from './evidence-shapes.ts'

const EvidenceMap = lazy(async () => ({ default: (await import('./evidence-map.tsx')).EvidenceMap }))

type Audited = NonNullable<WaybillDetail['audit']>
type Finding = Audited['findings'][number]

const looks: Readonly<Record<Finding['result'], readonly [Tone, TagShape]>> = {
  pass: ['good', 'check'],
  warn: ['attention', 'triangle'],
  block: ['bad', 'diamond'],
  unjudged: ['plain', 'ring'],
}

/** What the rules said at the last audit, or say now of a signed waybill; where that lies, and who let what pass. */
export function Audit({ waybill }: { readonly waybill: WaybillDetail }) {
  const t = useText('freight')
  const me = useMe()
  const asks = waybill.state === 'signed' && holdsRole(me, auditingRoles)
  const found = useQuery({
    // Of this state of the waybill: a step that is made asks again.
    ...api.waybills.findings.queryOptions({ input: { id: waybill.id } }),
    enabled: asks,
  })
  if (asks && found.error) return <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />
  if (asks && found.isPending) return <SkeletonLines lines={6} />
  const audited = asks ? (found.data ?? null) : waybill.audit
  if (!audited) return <p className="tz-second">{t('waybill.no_audit')}</p>
  return (
    <>
      <p className="tz-second">
        {t(asks ? 'audit.preview' : 'audit.by', { edition: String(audited.edition), score: String(audited.score) })}
      </p>
      <Findings audited={audited} />
    </>
  )
}

function Findings({ audited }: { readonly audited: Audited }) {
  const t = useText('freight')
  const worst = audited.findings.find((one) => one.shapes.length > 0 && one.result !== 'pass')
  const [chosen, setChosen] = useState<string | null>(worst?.rule ?? null)
  const shapes = useMemo(
    () => [...audited.shapes, ...(audited.findings.find(({ rule }) => rule === chosen)?.shapes ?? [])],
    [audited, chosen],
  )
  return (
    <>
      {audited.shapes.length > 0 && <OnMap shapes={shapes} rule={chosen} />}
      <PlainTable
        name={t('waybill.audit')}
        empty={t('waybill.no_audit')}
        head={[t('audit.rule'), t('audit.result'), t('audit.evidence'), t('audit.override')]}
        rows={audited.findings.map((finding) => {
          const { rule, result } = finding
          const [tone, shape] = looks[result]
          const passed = audited.overrides.find((one) => one.rule === rule)
          return {
            key: rule,
            cells: [
              `${rule} ${t(`audit_rule.${rule}`)}`,
              <StateTag key="result" tone={tone} shape={shape}>
                {t(`audit_result.${result}`)}
              </StateTag>,
              <Evidence
                key="evidence"
                finding={finding}
                chosen={chosen === rule}
                onChoose={() => setChosen(chosen === rule ? null : rule)}
              />,
              <span key="passed" className="freight-wrap">
                {passed ? `${passed.by}：${passed.reason}` : '–'}
              </span>,
            ],
          }
        })}
      />
    </>
  )
}

/** What a rule asks, in words, and the values that it looked at. */
function Evidence(props: { readonly finding: Finding; readonly chosen: boolean; readonly onChoose: () => void }) {
  const t = useText('freight')
  const { finding, chosen, onChoose } = props
  const { rule, result, evidence, shapes } = finding
  return (
    <div className="freight-evidence">
      <span>{t(`audit_means.${rule}`)}</span>
      {result === 'pass' ? (
        <details>
          <summary>{t('audit.looked_at')}</summary>
          <Facts evidence={evidence} />
        </details>
      ) : (
        <Facts evidence={evidence} />
      )}
      {shapes.length > 0 && (
        <VerbButton size="small" onClick={onChoose} aria-pressed={chosen}>
          {t(chosen ? 'audit.on_map' : 'audit.show_on_map', { rule })}
        </VerbButton>
      )}
    </div>
  )
}

function Facts({ evidence }: { readonly evidence: unknown }) {
  const t = useText('freight')
  return (
    <dl>
      {factsOf(t, evidence).map(({ key, label, lines }) => (
        <div key={key}>
          <dt>{label}</dt>
          {lines.map((line, index) => (
            <dd key={`${index} ${line}`}>{line}</dd>
          ))}
        </div>
      ))}
    </dl>
  )
}

const legend = ['fence', 'track', 'phone', 'gap', 'leap', 'fix'] as const

function OnMap({ shapes, rule }: { readonly shapes: readonly Shape[]; readonly rule: string | null }) {
  const t = useText('freight')
  const shown = legend.filter((kind) => shapes.some((shape) => shape.kind === kind))
  return (
    <section className="freight-evidence-place" aria-label={t('audit.map')}>
      <Suspense fallback={<SkeletonLines lines={6} />}>
        <EvidenceMap shapes={shapes} />
      </Suspense>
      <ul className="freight-evidence-legend">
        {shown.map((kind) => (
          <li key={kind}>
            <span className={`freight-mark freight-mark-${kind}`} aria-hidden />
            {t(`audit_shape.${kind}`)}
          </li>
        ))}
        {rule !== null && <li className="tz-second">{t('audit.of_rule', { rule })}</li>}
      </ul>
      <details className="freight-more">
        <summary>{t('audit.as_table')}</summary>
        <PlainTable
          name={t('audit.as_table')}
          empty={t('audit.none')}
          head={[t('audit.shape'), t('audit.from'), t('audit.to'), t('audit.places')]}
          rows={shapes.map((shape, index) => ({
            key: `${shape.kind} ${index}`,
            cells: [
              `${t(`audit_shape.${shape.kind}`)}${shape.radiusM === undefined ? '' : ` ${valueText(t, 'radiusM', shape.radiusM)}`}`,
              valueText(t, 'fromAt', shape.fromAt),
              valueText(t, 'toAt', shape.toAt),
              placesOf(shape),
            ],
          }))}
        />
      </details>
    </section>
  )
}

/** The first and the last place, and how many there are. */
function placesOf({ places }: Shape): string {
  const said = ([lon, lat]: Shape['places'][number]) => `${lon.toFixed(5)}, ${lat.toFixed(5)}`
  const [first, last] = [places[0], places.at(-1)]
  if (!first || !last) return '–'
  return places.length === 1 ? said(first) : `${said(first)} → ${said(last)} (${places.length})`
}
