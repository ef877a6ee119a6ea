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
  FlagItem,
  TextItem,
} from '@tingzhou/ui'
import { api, type Done } from './api.ts'
import { mayRule } from './roles.ts'

/** Which papers are required, and when people are warned; edited by the platform's audit. */
export function RulesPage() {
  const t = useText('freight')
  const me = useMe()
  const query = useQuery(api.papers.kinds.queryOptions())
  const refused = mayRule(me) ? null : t('reason.rule')
  return (
    <Page title={t('rules.title')}>
      <p className="tz-second">{t('rules.intro')}</p>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      <PlainTable
        name={t('rules.title')}
        empty={t('paper.none')}
        head={[
          t('paper.kind'),
          t('rules.subject'),
          t('rules.required'),
          t('rules.light_exempt'),
          t('rules.warn_days'),
          t('field.verbs'),
        ]}
        rows={(query.data?.rows ?? []).map((kind) => ({
          key: kind.code,
          cells: [
            t(`paper_kind.${kind.code}`),
            `${t(`${kind.subject}.one`)}${kind.onlyFor ? ` · ${t(`kind.${kind.onlyFor}`)}` : ''}`,
            kind.required ? t('yes') : t('no'),
            kind.lightExempt ? t('yes') : t('no'),
            kind.warnDays.join(' · '),
            <OpenFormButton key="verb" name="rule" item={kind.code} size="small" reason={refused}>
              {t('verb.change')}
            </OpenFormButton>,
          ],
        }))}
      />
      <FormDrawer name="rule" title={t('rules.change')}>
        <Change />
      </FormDrawer>
    </Page>
  )
}

type Values = {
  readonly required: boolean
  readonly lightExempt: boolean
  readonly warnDays: readonly string[]
  readonly why: string
}

function Change() {
  const t = useText('freight')
  const { item, close } = useOpenForm()
  const { data } = useQuery(api.papers.kinds.queryOptions())
  const command = useCommand({ run: api.papers.changeKind.call, invalidate: [api.papers.key()], success: t('saved') })
  const kind = data?.rows.find(({ code }) => code === item)
  if (!kind) return null
  return (
    <FormBox<Values, Parameters<typeof api.papers.changeKind.call>[0], Done>
      initial={{ required: kind.required, lightExempt: kind.lightExempt, warnDays: kind.warnDays.map(String) }}
      command={command}
      toInput={({ required, lightExempt, warnDays, why }) => ({
        code: kind.code,
        rev: kind.rev,
        required,
        lightExempt,
        warnDays: warnDays.map(Number),
        why,
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <p>{t(`paper_kind.${kind.code}`)}</p>
      <FlagItem name="required" label={t('rules.required')} />
      <FlagItem name="lightExempt" label={t('rules.light_exempt')} />
      <Form.Item name="warnDays" label={t('rules.warn_days')} rules={[{ required: true, message: t('rule.choose') }]}>
        <Select mode="tags" options={['60', '30', '15', '7', '3', '0'].map((value) => ({ value, label: value }))} />
      </Form.Item>
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
