import { Form } from 'antd'
import { Panel, useText } from '@tingzhou/ui'
import { useMemo, useState } from 'react'
import * as z from 'zod'
import { FieldDef, FieldGroup } from '../field.ts'
import { schemaOf } from '../form-schema.ts'
import { listAt } from './json-path.ts'
import { SchemaForm, type Disputes, type FormValues } from './schema-form.tsx'
import type { PlanView } from './words.ts'

/** The form as an applicant will see it, made by the same rules; fields that are not whole yet are left out. */
export function FormPreview({ body }: { readonly body: unknown }) {
  const t = useText('services')
  const [form] = Form.useForm<FormValues>()
  const [disputes, setDisputes] = useState<Disputes>({})
  const view = useMemo(() => previewOf(body), [body])
  const missing = listAt(body, ['fields']).length - view.fields.length
  return (
    <Panel title={t('designer.preview')}>
      <p className="tz-caption">
        {t('designer.preview_text')} {missing > 0 && t('designer.preview_missing', { n: missing })}
      </p>
      <SchemaForm
        key={view.fields.map(({ code, type }) => `${code} ${type}`).join(' ')}
        view={view}
        form={form}
        values={{}}
        disputes={disputes}
        onValues={() => undefined}
        onDisputes={setDisputes}
      />
    </Panel>
  )
}

/** All fields of a draft as one form. Pure. */
export function previewOf(body: unknown, codes?: ReadonlySet<string>): PlanView['form'] {
  const fields = listAt(body, ['fields']).flatMap((row) => {
    const parsed = FieldDef.safeParse(row)
    return parsed.success && (codes === undefined || codes.has(parsed.data.code)) ? [parsed.data] : []
  })
  const groups = z.array(FieldGroup).safeParse(listAt(body, ['groups']))
  const known = groups.success ? groups.data : []
  const { schema } = schemaOf(
    {
      groups: known.map((group) => ({
        ...group,
        fields: fields.filter((field) => field.group === group.code).map((field) => ({ field, items: [] })),
      })),
    },
    'zh',
  )
  return { schema, groups: known, fields, prefilled: [] }
}
