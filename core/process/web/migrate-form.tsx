import { useQuery } from '@tanstack/react-query'
import { FormBox, ProblemAlert, useCommand, useText, WholeItem } from '@tingzhou/ui'
import { Form, Input, Select } from 'antd'
import { api } from './api.ts'
import type { Shown } from './instance-page.tsx'

type Values = {
  readonly toVersion: number
  readonly nodeMap?: Readonly<Record<string, string>>
  readonly reason: string
}

/** Puts the case on another version: where each live step goes, what that would do, and why. */
export function MigrateForm({ shown, onDone }: { readonly shown: Shown; readonly onDone: () => void }) {
  const t = useText('process')
  const [form] = Form.useForm<Values>()
  const toVersion = Form.useWatch('toVersion', form)
  const nodeMap = named(Form.useWatch('nodeMap', form))
  const target = useQuery({
    ...api.get.queryOptions({ input: { key: shown.key, version: toVersion ?? shown.newestVersion } }),
    enabled: toVersion !== undefined && toVersion !== null,
  })
  const command = useCommand({
    run: api.migrate.call,
    invalidate: [api.instance.key(), api.instances.key()],
    success: t('done', { verb: t('verb.migrate'), name: shown.name }),
  })
  const options = (target.data?.nodes ?? []).map((node) => ({
    value: node.id,
    label: node.name ? `${node.name} · ${node.id}` : node.id,
  }))
  return (
    <FormBox<Values, Parameters<typeof api.migrate.call>[0], unknown>
      form={form}
      command={command}
      initial={shown.version === shown.newestVersion ? {} : { toVersion: shown.newestVersion }}
      toInput={(values) => ({
        id: shown.id,
        toVersion: values.toVersion,
        nodeMap: named(values.nodeMap),
        reason: values.reason,
      })}
      submit={t('verb.migrate')}
      done={onDone}
      onCancel={onDone}
    >
      <p className="tz-second">{t('explain.migrate')}</p>
      <WholeItem
        name="toVersion"
        label={t('field.to_version')}
        extra={t('version.now', { version: shown.version, newest: shown.newestVersion })}
        max={shown.newestVersion}
        required
      />
      {shown.nodes.map((node) => (
        <Form.Item key={node.id} name={['nodeMap', node.id]} label={t('field.goes_to', { name: node.name })}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            options={options}
            placeholder={t('field.same_step', { id: node.id })}
          />
        </Form.Item>
      ))}
      <Preview
        id={shown.id}
        toVersion={toVersion ?? null}
        nodeMap={nodeMap}
        names={new Map([...(target.data?.nodes ?? []), ...shown.nodes].map((node) => [node.id, node.name || node.id]))}
      />
      <Form.Item name="reason" label={t('field.reason')} rules={[{ required: true, whitespace: true }]}>
        <Input.TextArea rows={3} maxLength={1_000} showCount />
      </Form.Item>
    </FormBox>
  )
}

/** Only steps that go elsewhere are said. */
const named = (map: Readonly<Record<string, string | undefined>> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(map ?? {}).flatMap(([from, to]) => (to ? [[from, to]] : [])))

/** What the migration would do; asked of the server, which writes nothing. */
function Preview(props: {
  readonly id: string
  readonly toVersion: number | null
  readonly nodeMap: Record<string, string>
  readonly names: ReadonlyMap<string, string>
}) {
  const t = useText('process')
  const { id, toVersion, nodeMap, names } = props
  const nameOf = (nodeId: string) => names.get(nodeId) ?? nodeId
  const query = useQuery({
    ...api.previewMigration.queryOptions({ input: { id, toVersion: toVersion ?? 1, nodeMap } }),
    enabled: toVersion !== null,
    retry: false,
  })
  if (query.error) return <ProblemAlert problem={query.error} />
  if (!query.data) return null
  const { tokens, armed, dropped } = query.data
  return (
    <section className="tz-panel" aria-live="polite" aria-label={t('preview.title')}>
      <h3>{t('preview.title')}</h3>
      <ul>
        {tokens.map((token) => (
          <li key={token.tokenId}>
            {t(token.waits ? 'preview.waits' : 'preview.goes', { from: nameOf(token.from), to: nameOf(token.to) })}
          </li>
        ))}
        {armed.length > 0 && <li>{t('preview.armed', { events: armed.map(nameOf).join(t('comma')) })}</li>}
        {dropped.length > 0 && <li>{t('preview.dropped', { events: dropped.map(nameOf).join(t('comma')) })}</li>}
      </ul>
    </section>
  )
}
