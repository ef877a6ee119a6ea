import { useQuery } from '@tanstack/react-query'
import { Form, Input, Radio } from 'antd'
import { FormBox, useCommand, useText, WholeItem, type Content } from '@tingzhou/ui'
import { api } from './api.ts'
import { SettingList } from './setting-list.tsx'
import { useSay } from './words.ts'

type Source = Awaited<ReturnType<typeof api.dataSources.list.call>>[number]
type Input_ = Parameters<typeof api.dataSources.save.call>[0]
type Values = {
  readonly service?: string
  readonly zh?: string
  readonly en?: string
  readonly url?: string
  readonly keySetting?: string
  readonly waitMinutes?: number
  readonly state?: 'open' | 'closed'
}

/** 外部数据源: where services outside the zone are asked, and how long their answer is waited for. */
export function SourceList() {
  const t = useText('services')
  const say = useSay()
  return (
    <SettingList
      name="source"
      title={t('sources.title')}
      about={t('sources.about')}
      add={t('sources.add')}
      edit={t('sources.edit')}
      empty={t('sources.empty')}
      query={useQuery(api.dataSources.list.queryOptions())}
      keyOf={({ service }) => service}
      what={({ name, service, url, keySetting }) => (
        <>
          {say(name)}
          <span className="tz-caption services-under services-break">
            <span className="tz-mono">{service}</span> · {url}
            {keySetting === null ? '' : ` · ${keySetting}`}
          </span>
        </>
      )}
      figure={({ waitMinutes }) => `${waitMinutes} ${t('sources.minutes')}`}
      form={(source, scene) => <SourceForm source={source} {...scene} />}
    />
  )
}

function SourceForm(props: {
  readonly source: Source | null
  readonly reason: string | null
  readonly close: () => void
}) {
  const { source, close } = props
  const t = useText('services')
  const command = useCommand({
    run: api.dataSources.save.call,
    invalidate: [api.dataSources.key()],
    success: t('sources.saved'),
  })
  const must = (label: string) => [{ required: true, whitespace: true, message: t('rule.required', { label }) }]
  return (
    <FormBox<Values, Input_, Source>
      command={command}
      initial={
        source
          ? {
              service: source.service,
              zh: source.name.zh,
              en: source.name.en,
              url: source.url,
              ...(source.keySetting === null ? {} : { keySetting: source.keySetting }),
              waitMinutes: source.waitMinutes,
              state: source.state,
            }
          : { waitMinutes: 60, state: 'open' }
      }
      submit={t('verb.save')}
      toInput={(values): Content<Input_> => ({
        service: values.service ?? '',
        rev: source?.rev ?? null,
        name: { zh: values.zh ?? '', en: values.en ?? '' },
        url: values.url ?? '',
        keySetting: values.keySetting?.trim() ? values.keySetting.trim() : null,
        waitMinutes: values.waitMinutes ?? 60,
        state: values.state ?? 'open',
      })}
      fieldNames={{ 'name.zh': 'zh', 'name.en': 'en' }}
      reason={props.reason}
      done={close}
      onCancel={close}
    >
      <Form.Item
        name="service"
        label={t('sources.service')}
        rules={must(t('sources.service'))}
        extra={t('designer.service')}
      >
        <Input readOnly={source !== null} maxLength={245} />
      </Form.Item>
      <Form.Item name="zh" label={t('sources.name_zh')} rules={must(t('sources.name_zh'))}>
        <Input maxLength={300} />
      </Form.Item>
      <Form.Item name="en" label={t('sources.name_en')} rules={must(t('sources.name_en'))}>
        <Input maxLength={300} />
      </Form.Item>
      <Form.Item name="url" label={t('sources.url')} rules={must(t('sources.url'))}>
        <Input maxLength={500} placeholder="https://" />
      </Form.Item>
      <Form.Item name="keySetting" label={t('sources.key')} extra={t('sources.key_help')}>
        <Input maxLength={60} />
      </Form.Item>
      <WholeItem name="waitMinutes" label={t('sources.wait')} max={1440} unit={t('sources.minutes')} />
      <Form.Item name="state" label={t('sources.state')}>
        <Radio.Group
          options={(['open', 'closed'] as const).map((value) => ({ value, label: t(`sources.${value}`) }))}
        />
      </Form.Item>
    </FormBox>
  )
}
