import { useQuery } from '@tanstack/react-query'
import { Form, Input, InputNumber, Radio } from 'antd'
import {
  FormBox,
  FormDrawer,
  holdsRole,
  OpenFormButton,
  Page,
  Panel,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  useCommand,
  useLate,
  useMe,
  useOpenForm,
  useText,
  type Content,
} from '@tingzhou/ui'
import { api } from './api.ts'
import { useSay } from './words.ts'

type Reason = Awaited<ReturnType<typeof api.judgements.reasons.call>>[number]
type Input_ = Parameters<typeof api.judgements.saveReason.call>[0]
type Values = {
  readonly code?: string
  readonly zh?: string
  readonly en?: string
  readonly place?: number
  readonly state?: 'open' | 'closed'
}

/** 不合格原因: the list from which officers choose when they judge a material. */
export function ReasonList() {
  const t = useText('services')
  const say = useSay()
  const me = useMe()
  const { item, close } = useOpenForm()
  const query = useQuery(api.judgements.reasons.queryOptions())
  const late = useLate(query.isPending)
  const refused = holdsRole(me, ['admin']) ? null : t('reason.admin_only')
  const rows = query.data ?? []
  const chosen = rows.find(({ code }) => code === item)
  return (
    <Page
      title={t('reasons.title')}
      primary={
        <OpenFormButton name="reason" primary reason={refused}>
          {t('reasons.add')}
        </OpenFormButton>
      }
    >
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={5} />}
      <Panel title={t('reasons.about')}>
        <ul className="services-rows">
          {rows.map((row) => (
            <li key={row.code}>
              <div className="services-row">
                <span className="services-row-what">
                  {say(row.name)}
                  <span className="tz-caption services-under tz-mono">{row.code}</span>
                </span>
                <StateTag tone={row.state === 'open' ? 'good' : 'plain'}>{t(`sources.${row.state}`)}</StateTag>
                <span className="tz-number">{row.place}</span>
                <OpenFormButton name="reason" item={row.code} size="small" reason={refused}>
                  {t('reasons.edit')}
                </OpenFormButton>
              </div>
            </li>
          ))}
        </ul>
      </Panel>
      <FormDrawer name="reason" title={t(chosen ? 'reasons.edit' : 'reasons.add')}>
        <ReasonForm key={item ?? ''} found={chosen ?? null} next={rows.length + 1} reason={refused} close={close} />
      </FormDrawer>
    </Page>
  )
}

function ReasonForm(props: {
  readonly found: Reason | null
  readonly next: number
  readonly reason: string | null
  readonly close: () => void
}) {
  const { found, close } = props
  const t = useText('services')
  const command = useCommand({
    run: api.judgements.saveReason.call,
    invalidate: [api.judgements.key()],
    success: t('reasons.saved'),
  })
  const must = (label: string) => [{ required: true, whitespace: true, message: t('rule.required', { label }) }]
  return (
    <FormBox<Values, Input_, Reason>
      command={command}
      initial={
        found
          ? { code: found.code, zh: found.name.zh, en: found.name.en, place: found.place, state: found.state }
          : { place: props.next, state: 'open' }
      }
      submit={t('verb.save')}
      toInput={(values): Content<Input_> => ({
        code: values.code ?? '',
        rev: found?.rev ?? null,
        name: { zh: values.zh ?? '', en: values.en ?? '' },
        place: values.place ?? props.next,
        state: values.state ?? 'open',
      })}
      fieldNames={{ 'name.zh': 'zh', 'name.en': 'en' }}
      reason={props.reason}
      done={close}
      onCancel={close}
    >
      <Form.Item name="code" label={t('column.code')} rules={must(t('column.code'))} extra={t('designer.code')}>
        <Input readOnly={found !== null} maxLength={60} />
      </Form.Item>
      <Form.Item name="zh" label={t('sources.name_zh')} rules={must(t('sources.name_zh'))}>
        <Input maxLength={300} />
      </Form.Item>
      <Form.Item name="en" label={t('sources.name_en')} rules={must(t('sources.name_en'))}>
        <Input maxLength={300} />
      </Form.Item>
      <Form.Item name="place" label={t('reasons.place')}>
        <InputNumber min={1} max={1000} precision={0} />
      </Form.Item>
      <Form.Item name="state" label={t('sources.state')}>
        <Radio.Group
          options={(['open', 'closed'] as const).map((value) => ({ value, label: t(`sources.${value}`) }))}
        />
      </Form.Item>
    </FormBox>
  )
}
