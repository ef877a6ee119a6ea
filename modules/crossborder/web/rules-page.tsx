import { useQuery } from '@tanstack/react-query'
import { Form, Select } from 'antd'
import {
  FormBox,
  FormDrawer,
  OpenFormButton,
  Page,
  PlainTable,
  ProblemAlert,
  useCommand,
  useMe,
  useOpenForm,
  useText,
  ChoiceItem,
  FlagItem,
  TextItem,
} from '@tingzhou/ui'
import { checkResults, ruleSteps, type CheckResult, type RuleStep } from '../words.ts'
import { api } from './api.ts'
import { mayRule } from './rights.ts'

/** Which documents a class of goods needs before which step, and what else is checked; edited by the platform's audit. */
export function RulesPage() {
  const t = useText('crossborder')
  const me = useMe()
  const query = useQuery(api.rules.list.queryOptions({ input: {} }))
  const refused = mayRule(me) ? null : t('reason.rule')
  return (
    <Page title={t('rules.title')}>
      <p className="tz-second">{t('rules.intro')}</p>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      <h2 className="crossborder-heading">{t('rules.documents')}</h2>
      <PlainTable
        name={t('rules.documents')}
        empty={t('document_none')}
        head={[
          t('doc.kind'),
          t('field.goods_class'),
          t('rules.step'),
          t('rules.required'),
          t('rules.dated'),
          t('rules.warn_days'),
          t('rules.mark'),
          t('field.verbs'),
        ]}
        rows={(query.data?.documents ?? []).map((rule) => ({
          key: `${rule.goodsClass} ${rule.kind}`,
          cells: [
            t(`document.${rule.kind}`),
            t(`goods_class.${rule.goodsClass}`),
            t(`step.${rule.step}`),
            rule.required ? t('yes') : t('no'),
            rule.dated ? t('yes') : t('no'),
            rule.warnDays.join(' · ') || '–',
            <span key="mark" title={rule.source}>
              {t(`mark.${rule.mark}`)}
            </span>,
            <OpenFormButton
              key="verb"
              name="document"
              item={`${rule.goodsClass}.${rule.kind}`}
              size="small"
              reason={refused}
            >
              {t('verb.change')}
            </OpenFormButton>,
          ],
        }))}
      />
      <h2 className="crossborder-heading">{t('rules.checks')}</h2>
      <PlainTable
        name={t('rules.checks')}
        empty={t('document_none')}
        head={[
          t('rules.check'),
          t('field.goods_class'),
          t('rules.step'),
          t('rules.result'),
          t('rules.mark'),
          t('field.verbs'),
        ]}
        rows={(query.data?.checks ?? []).map((rule) => ({
          key: `${rule.goodsClass} ${rule.code}`,
          cells: [
            t(`check.${rule.code}`),
            t(`goods_class.${rule.goodsClass}`),
            t(`step.${rule.step}`),
            t(`result.${rule.result}`),
            <span key="mark" title={rule.source}>
              {t(`mark.${rule.mark}`)}
            </span>,
            <OpenFormButton
              key="verb"
              name="check"
              item={`${rule.goodsClass}.${rule.code}`}
              size="small"
              reason={rule.locked ? t('rules.locked') : refused}
            >
              {t('verb.change')}
            </OpenFormButton>,
          ],
        }))}
      />
      <FormDrawer name="document" title={t('rules.change')}>
        <ChangeDocument />
      </FormDrawer>
      <FormDrawer name="check" title={t('rules.change')}>
        <ChangeCheck />
      </FormDrawer>
    </Page>
  )
}

type DocumentValues = {
  readonly step: RuleStep
  readonly required: boolean
  readonly dated: boolean
  readonly warnDays: readonly string[]
  readonly why: string
}

function ChangeDocument() {
  const t = useText('crossborder')
  const { item, close } = useOpenForm()
  const { data } = useQuery(api.rules.list.queryOptions({ input: {} }))
  const command = useCommand({
    run: api.rules.changeDocument.call,
    invalidate: [api.rules.key(), api.shipments.key()],
    success: t('saved'),
  })
  const rule = data?.documents.find(({ goodsClass, kind }) => `${goodsClass}.${kind}` === item)
  if (!rule) return null
  const { goodsClass, kind, rev, step, required, dated } = rule
  return (
    <FormBox<DocumentValues, Parameters<typeof api.rules.changeDocument.call>[0], { readonly id: string }>
      initial={{ step, required, dated, warnDays: rule.warnDays.map(String) }}
      command={command}
      toInput={({ warnDays, ...values }) => ({ ...values, goodsClass, kind, rev, warnDays: warnDays.map(Number) })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <p>{`${t(`document.${kind}`)} · ${t(`goods_class.${goodsClass}`)}`}</p>
      <p className="tz-caption">{rule.source}</p>
      <ChoiceItem
        name="step"
        label={t('rules.step')}
        options={ruleSteps.map((value) => ({ value, label: t(`step.${value}`) }))}
        required
      />
      <FlagItem name="required" label={t('rules.required')} />
      <FlagItem name="dated" label={t('rules.dated')} />
      <Form.Item name="warnDays" label={t('rules.warn_days')}>
        <Select mode="tags" options={['30', '15', '7', '3', '1', '0'].map((value) => ({ value, label: value }))} />
      </Form.Item>
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}

function ChangeCheck() {
  const t = useText('crossborder')
  const { item, close } = useOpenForm()
  const { data } = useQuery(api.rules.list.queryOptions({ input: {} }))
  const command = useCommand({
    run: api.rules.changeCheck.call,
    invalidate: [api.rules.key(), api.shipments.key()],
    success: t('saved'),
  })
  const rule = data?.checks.find(({ goodsClass, code }) => `${goodsClass}.${code}` === item)
  if (!rule) return null
  const { goodsClass, code, rev, result } = rule
  return (
    <FormBox<
      { readonly result: CheckResult; readonly why: string },
      Parameters<typeof api.rules.changeCheck.call>[0],
      { readonly id: string }
    >
      initial={{ result }}
      command={command}
      toInput={(values) => ({ ...values, goodsClass, code, rev })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <p>{`${t(`check.${code}`)} · ${t(`goods_class.${goodsClass}`)}`}</p>
      <p className="tz-caption">{rule.source}</p>
      <ChoiceItem
        name="result"
        label={t('rules.result')}
        options={checkResults.map((value) => ({ value, label: t(`result.${value}`) }))}
        radio
        required
      />
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
