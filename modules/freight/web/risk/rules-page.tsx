import { useQuery } from '@tanstack/react-query'
import { Form, Radio } from 'antd'
import {
  FormBox,
  FormDrawer,
  OpenFormButton,
  Page,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  When,
  type Shape,
  type Tone,
  ScaledItem,
  TextItem,
} from '@tingzhou/ui'
import { useState } from 'react'
import { breaches, type Breach } from '../../risk/words.ts'
import { api } from '../api.ts'
import { mayRule } from '../roles.ts'
import { limitText, unitOf, valueText } from './words.ts'

type Rules = Awaited<ReturnType<typeof api.risk.rules.call>>
type Rule = Rules['rules'][number]
type Change = Parameters<typeof api.risk.change.call>[0]

const looks: Readonly<Record<Breach, readonly [Tone, Shape]>> = {
  block: ['bad', 'diamond'],
  warn: ['attention', 'triangle'],
  off: ['plain', 'ring'],
}

/** What each rule of risk asks, what a breach does, its limits; edited by the platform's audit, edition by edition. */
export function RiskRulesPage() {
  const t = useText('freight')
  const me = useMe()
  const query = useQuery(api.risk.rules.queryOptions())
  useLive({ kinds: ['freight_risk_rule'], keys: [api.risk.key()] })
  const refused = mayRule(me) ? null : t('reason.rule')
  return (
    <Page title={t('risk.title')}>
      <p className="tz-second">{t('risk.intro')}</p>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <SkeletonLines lines={8} />}
      {query.data && (
        <section className="freight-risk">
          <p>
            {t('risk.edition_n', { n: String(query.data.edition) })} · <When at={query.data.createdAt} />{' '}
            {query.data.createdBy}
          </p>
          <PlainTable
            name={t('risk.title')}
            empty={t('risk.none')}
            head={[
              t('audit.rule'),
              t('risk.asks'),
              t('risk.breach'),
              t('risk.weight'),
              t('risk.limits'),
              t('field.verbs'),
            ]}
            rows={query.data.rules.map((rule) => ({ key: rule.rule, cells: cellsOf(t, rule, refused) }))}
          />
        </section>
      )}
      <section className="freight-risk" aria-labelledby="freight-risk-editions">
        <h2 id="freight-risk-editions">{t('risk.editions')}</h2>
        <Editions />
      </section>
      <FormDrawer name="risk" title={t('risk.change')}>
        {query.data && <ChangeRule rules={query.data} />}
      </FormDrawer>
    </Page>
  )
}

function cellsOf(t: ReturnType<typeof useText>, rule: Rule, refused: string | null) {
  const [tone, shape] = looks[rule.breach]
  return [
    `${rule.rule} ${t(`audit_rule.${rule.rule}`)}`,
    <span key="asks" className="freight-wrap">
      {t(`audit_means.${rule.rule}`)}
    </span>,
    <span key="breach" className="freight-breach">
      <StateTag tone={tone} shape={shape}>
        {t(`breach.${rule.breach}`)}
      </StateTag>
      {rule.withoutTerminal !== null && (
        <span className="tz-caption">{t('risk.without', { breach: t(`breach.${rule.withoutTerminal}`) })}</span>
      )}
    </span>,
    String(rule.weight),
    rule.limits.length === 0 ? (
      '–'
    ) : (
      <ul key="limits" className="freight-limits">
        {rule.limits.map(({ name, value }) => (
          <li key={name}>
            {t(`limit.${name}`)} {limitText(t, name, value)}
          </li>
        ))}
      </ul>
    ),
    <OpenFormButton key="verb" name="risk" item={rule.rule} size="small" reason={refused}>
      {t('verb.change')}
    </OpenFormButton>,
  ]
}

type Values = {
  readonly breach: Breach
  readonly withoutTerminal: 'block' | 'warn' | null
  readonly weight: number
  readonly why: string
} & Readonly<Record<string, unknown>>

const field = (name: string): string => `limits.${name}`

function ChangeRule({ rules: { edition, rules } }: { readonly rules: Rules }) {
  const t = useText('freight')
  const { item, close } = useOpenForm()
  const command = useCommand({ run: api.risk.change.call, invalidate: [api.risk.key()], success: t('saved') })
  const rule = rules.find((one) => one.rule === item)
  if (!rule) return null
  const { limits } = rule
  return (
    <FormBox<Values, Change, { edition: number }>
      key={`${rule.rule} ${edition}`}
      initial={{
        breach: rule.breach,
        withoutTerminal: rule.withoutTerminal,
        weight: rule.weight,
        ...Object.fromEntries(limits.map(({ name, value }) => [field(name), value])),
      }}
      command={command}
      toInput={(values) => ({
        rule: rule.rule,
        edition,
        breach: values.breach,
        weight: values.weight,
        withoutTerminal: values.withoutTerminal ?? null,
        limits: Object.fromEntries(limits.map(({ name }) => [name, Number(values[field(name)])])),
        why: values.why,
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <p>
        <b>
          {rule.rule} {t(`audit_rule.${rule.rule}`)}
        </b>
        <br />
        {t(`audit_means.${rule.rule}`)}
      </p>
      <Form.Item name="breach" label={t('risk.breach')} {...(rule.fixed ? { extra: t('risk.fixed') } : {})}>
        <Radio.Group
          options={breaches.map((value) => ({
            value,
            label: t(`breach.${value}`),
            disabled: rule.fixed && value === 'off',
          }))}
        />
      </Form.Item>
      {rule.withoutTerminal !== null && (
        <Form.Item name="withoutTerminal" label={t('risk.without_label')}>
          <Radio.Group
            options={(['block', 'warn'] as const).map((value) => ({ value, label: t(`breach.${value}`) }))}
          />
        </Form.Item>
      )}
      <ScaledItem name="weight" label={t('risk.weight')} scale={0} unit="" min={0} max={100} required />
      {limits.map(({ name, min, max }) => {
        const unit = unitOf(name)
        return (
          <ScaledItem
            key={name}
            name={field(name)}
            label={t(`limit.${name}`)}
            // Money is written in yuan, as its bounds are.
            scale={unit === 'Fen' ? 2 : 0}
            unit={unit === null ? '' : t(`limit_unit.${unit}`)}
            min={min}
            max={max}
            extra={t('risk.range', { min: limitText(t, name, min), max: limitText(t, name, max) })}
            required
          />
        )
      })}
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}

type Edition = Awaited<ReturnType<typeof api.risk.editions.call>>['rows'][number]

function Editions() {
  const t = useText('freight')
  // Pages are asked for one after another: `before` of each.
  const [before, setBefore] = useState<number | undefined>(undefined)
  const query = useQuery(
    api.risk.editions.queryOptions({ input: { limit: 20, ...(before === undefined ? {} : { before }) } }),
  )
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonLines lines={4} />
  return (
    <>
      <PlainTable
        name={t('risk.editions')}
        empty={t('risk.none')}
        head={[t('risk.edition'), t('audit.rule'), t('risk.changed'), t('field.why'), t('risk.by')]}
        rows={(query.data?.rows ?? []).map((row) => ({
          key: String(row.edition),
          cells: [
            String(row.edition),
            row.rule === null ? '–' : `${row.rule} ${t(`audit_rule.${row.rule}`)}`,
            <span key="changed" className="freight-wrap">
              {changesOf(t, row)}
            </span>,
            <span key="why" className="freight-wrap">
              {row.why === '' ? '–' : row.why}
            </span>,
            <span key="by">
              {row.createdBy} <When at={row.createdAt} />
            </span>,
          ],
        }))}
      />
      <span className="freight-verbs">
        {before !== undefined && <VerbButton onClick={() => setBefore(undefined)}>{t('risk.newest')}</VerbButton>}
        {query.data && query.data.next !== null && (
          <VerbButton onClick={() => setBefore(query.data.next ?? undefined)}>{t('risk.older')}</VerbButton>
        )}
      </span>
    </>
  )
}

/** What an edition set otherwise, in words. */
function changesOf(t: ReturnType<typeof useText>, { before, after, limits }: Edition): string {
  if (!before || !after) return t('risk.first')
  const said = [
    ...(before.breach === after.breach
      ? []
      : [`${t('risk.breach')} ${t(`breach.${before.breach}`)} → ${t(`breach.${after.breach}`)}`]),
    ...(before.withoutTerminal === after.withoutTerminal
      ? []
      : [`${t('risk.without_label')} ${breachText(t, before)} → ${breachText(t, after)}`]),
    ...(before.weight === after.weight ? [] : [`${t('risk.weight')} ${before.weight} → ${after.weight}`]),
    ...limits.map(
      ({ name, before: was, after: is }) =>
        `${t(`limit.${name}`)} ${limitText(t, name, was)} → ${limitText(t, name, is)}`,
    ),
  ]
  return said.length === 0 ? valueText(t, 'changes', null) : said.join(t('audit.between'))
}

const breachText = (t: ReturnType<typeof useText>, { withoutTerminal }: NonNullable<Edition['before']>): string =>
  withoutTerminal === null ? '–' : t(`breach.${withoutTerminal}`)
