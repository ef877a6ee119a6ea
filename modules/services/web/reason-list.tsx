import { useQuery } from '@tanstack/react-query'
import { Form, Input, Radio } from 'antd'
import { FormBox, useCommand, useText, WholeItem, type Content } from '@tingzhou/ui'
import { api } from './api.ts'
import { SettingList } from './setting-list.tsx'
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
  const query = useQuery(api.judgements.reasons.queryOptions())
  return (
    <SettingList
      name="reason"
      title={t('reasons.title')}
      about={t('reasons.about')}
      add={t('reasons.add')}
      edit={t('reasons.edit')}
      empty={t('reasons.empty')}
      query={query}
      keyOf={({ code }) => code}
      what={({ name, code }) => (
        <>
          {say(name)}
          <span className="tz-caption services-under tz-mono">{code}</span>
        </>
      )}
      figure={({ place }) => place}
      form={(found, scene) => <ReasonForm found={found} next={(query.data?.length ?? 0) + 1} {...scene} />}
    />
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
      <WholeItem name="place" label={t('reasons.place')} max={1000} />
      <Form.Item name="state" label={t('sources.state')}>
        <Radio.Group
          options={(['open', 'closed'] as const).map((value) => ({ value, label: t(`sources.${value}`) }))}
        />
      </Form.Item>
    </FormBox>
  )
}
