import { Form, Radio, Select, AutoComplete } from 'antd'
import {
  DateField,
  FormBox,
  useCommand,
  useText,
  useOpenForm,
  NumberField,
  useNumberRule,
  type Content,
} from '@tingzhou/ui'
import { natures, urgencyClasses } from '../appeal-contract.ts'
import type { Rule } from '../routing-contract.ts'
import { api } from './api.ts'
import { useCategories, useDepartments } from './catalogue.ts'
import { AreaSelect, EnterpriseSelect } from './pickers.tsx'
import { TextItem } from './room.tsx'
import type { Table } from './routing-page.tsx'
import { keyOfTarget, targetOfKey, watcherOfKey } from './rule-words.ts'

type Values = {
  readonly effect: 'assign' | 'watch'
  readonly number: number
  readonly category?: string | null
  readonly areaId?: string | null
  readonly enterpriseId?: string | null
  readonly tag?: string | null
  readonly nature?: (typeof natures)[number] | null
  readonly severity?: (typeof urgencyClasses)[number] | null
  readonly validFrom?: string | null
  readonly validTo?: string | null
  readonly owner?: string
  readonly assistants?: readonly string[]
  readonly watchers?: readonly string[]
  readonly class?: (typeof urgencyClasses)[number] | null
  readonly note?: string
}

type Input = Parameters<typeof api.routing.setRules.call>[0]
type Output = Awaited<ReturnType<typeof api.routing.setRules.call>>

/** One rule of a draft; saving it writes the whole table, so that two editors never mix rules. */
export function RuleForm(props: {
  readonly table: Table
  readonly rule: Rule | null
  readonly refused: string | null
}) {
  const { table, rule } = props
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.routing.setRules.call, invalidate: [api.routing.key()], success: t('saved') })
  const others = table.rows.filter(({ number }) => number !== rule?.number)
  const next = Math.max(0, ...table.rows.map(({ number }) => number)) + 10
  return (
    <FormBox<Values, Input, Output>
      draft={`needs.routing.${table.version}.${rule?.number ?? 'new'}`}
      initial={rule ? valuesOf(rule) : { effect: 'assign', number: Math.min(next, 9999) }}
      command={command}
      toInput={(values): Content<Input> => ({
        version: table.version,
        rev: table.rev,
        rules: [...others, ruleOf(values)].toSorted((a, b) => a.number - b.number),
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
      reason={props.refused}
    >
      <RuleFields taken={others.map(({ number }) => number)} />
    </FormBox>
  )
}

function valuesOf(rule: Rule): Values {
  const { owner, assistants, watchers, ...rest } = { owner: undefined, assistants: [], ...rule }
  return {
    ...rest,
    ...(owner ? { owner: keyOfTarget(owner) } : {}),
    assistants: assistants.map(keyOfTarget),
    watchers: watchers.map(keyOfTarget),
  }
}

function ruleOf(values: Values): Rule {
  const watchers = (values.watchers ?? []).flatMap((key) => watcherOfKey(key) ?? [])
  const common = {
    number: values.number,
    category: values.category ?? null,
    areaId: values.areaId ?? null,
    enterpriseId: values.enterpriseId ?? null,
    tag: values.tag || null,
    nature: values.nature ?? null,
    severity: values.severity ?? null,
    validFrom: values.validFrom ?? null,
    validTo: values.validTo ?? null,
    watchers,
    note: values.note ?? '',
  }
  const owner = targetOfKey(values.owner ?? '')
  if (values.effect === 'watch' || !owner) return { effect: 'watch', ...common }
  const assistants = (values.assistants ?? []).flatMap((key) => targetOfKey(key) ?? [])
  return { effect: 'assign', ...common, owner, assistants, class: values.class ?? null }
}

function RuleFields({ taken }: { readonly taken: readonly number[] }) {
  const t = useText('needs')
  const form = Form.useFormInstance()
  const effect: unknown = Form.useWatch('effect', form)
  const enterprise: unknown = Form.useWatch('enterpriseId', form)
  const { groups } = useCategories()
  const departments = useDepartments().map(({ id, name }) => ({ value: `department:${id}`, label: name }))
  const place = (kind: string) => ({ value: kind, label: t(`routing.target.${kind}`) })
  const owners = [place('area_office'), place('chain_office'), ...departments]
  const watchers = [place('area_office'), place('leader_in_charge'), ...departments]
  const assign = effect !== 'watch'
  const inPlace = useNumberRule({ min: 1, max: 9999, digits: 0 })
  const search = { optionFilterProp: 'label' } as const
  const categories = groups.flatMap(({ code, name, children }) => [
    { value: code, label: `${code} ${name}` },
    ...children.map((child) => ({ value: child.code, label: `${child.code} ${child.name}` })),
  ])
  return (
    <>
      <Form.Item name="effect" label={t('routing.effect')} rules={[{ required: true }]}>
        <Radio.Group
          options={[
            { value: 'assign', label: t('routing.effect_assign') },
            { value: 'watch', label: t('routing.effect_watch') },
          ]}
        />
      </Form.Item>
      <Form.Item
        name="number"
        label={t('routing.number')}
        extra={t('routing.number_help')}
        rules={[
          { required: true },
          inPlace,
          {
            validator: async (_, value: number) =>
              taken.includes(value) ? Promise.reject(new Error(t('routing.number_taken', { n: value }))) : undefined,
          },
        ]}
      >
        <NumberField inputMode="numeric" className="needs-number" />
      </Form.Item>
      <Form.Item name="category" label={t('column.category')}>
        <Select allowClear showSearch={search} placeholder={t('routing.any')} options={categories} />
      </Form.Item>
      <Form.Item name="areaId" label={t('column.area')}>
        <AreaSelect allowClear placeholder={t('routing.any')} />
      </Form.Item>
      <Form.Item name="enterpriseId" label={t('column.enterprise')}>
        <EnterpriseSelect allowClear placeholder={t('routing.any')} />
      </Form.Item>
      <Form.Item name="tag" label={t('routing.tag')} extra={t('routing.tag_help')}>
        <AutoComplete allowClear disabled={typeof enterprise === 'string'} placeholder={t('routing.any')} />
      </Form.Item>
      <Form.Item name="nature" label={t('column.nature')}>
        <Select
          allowClear
          placeholder={t('routing.any')}
          options={natures.map((value) => ({ value, label: t(`nature.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="severity" label={t('routing.severity')}>
        <Select
          allowClear
          placeholder={t('routing.any')}
          options={urgencyClasses.map((value) => ({ value, label: t(`class.${value}`) }))}
        />
      </Form.Item>
      {assign && (
        <>
          <Form.Item name="owner" label={t('routing.owner')} rules={[{ required: true }]}>
            <Select showSearch={search} options={owners} />
          </Form.Item>
          <Form.Item name="assistants" label={t('routing.assistants')}>
            <Select mode="multiple" maxCount={10} showSearch={search} options={owners} />
          </Form.Item>
          <Form.Item name="class" label={t('routing.class')}>
            <Select
              allowClear
              placeholder={t('routing.keep_class')}
              options={urgencyClasses.map((value) => ({ value, label: t(`class.${value}`) }))}
            />
          </Form.Item>
        </>
      )}
      <Form.Item
        name="watchers"
        label={t('routing.watchers')}
        rules={assign ? [] : [{ required: true, type: 'array', min: 1 }]}
      >
        <Select mode="multiple" maxCount={10} showSearch={search} options={watchers} />
      </Form.Item>
      <Form.Item name="validFrom" label={t('routing.valid_from')}>
        <DateField />
      </Form.Item>
      <Form.Item name="validTo" label={t('routing.valid_to')}>
        <DateField />
      </Form.Item>
      <TextItem name="note" label={t('field.note')} max={300} rows={2} />
    </>
  )
}
