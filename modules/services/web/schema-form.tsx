import { Checkbox, Form, Input, Radio, Select, type FormInstance } from 'antd'
import { DateField, formatDate, localDateOf, ManyChoices, NumberField, useText, VerbButton } from '@tingzhou/ui'
import { useMemo, type ReactNode } from 'react'
import { brokenRule, propertiesOf, type Property } from './schema.ts'
import { FromSource } from './source-name.tsx'
import { shownValue, useSay, type PlanView, type PrefilledValue } from './words.ts'

export type FormValues = Record<string, unknown>
/** What is wrong with a prefilled value, by field. */
export type Disputes = Readonly<Record<string, string>>

type FormView = PlanView['form']
type Field = FormView['fields'][number]

export type SchemaFormProps = {
  readonly view: FormView
  readonly form: FormInstance<FormValues>
  readonly values: FormValues
  readonly disputes: Disputes
  readonly onValues: (values: FormValues) => void
  readonly onDisputes: (disputes: Disputes) => void
  /** What the server said of a field. */
  readonly problems?: Readonly<Record<string, string>>
}

/** The one form of an application, made from its JSON Schema: groups in order, each field once, known values with their source. */
export function SchemaForm(props: SchemaFormProps) {
  const { view, form, values } = props
  const properties = useMemo(() => propertiesOf(view.schema), [view.schema])
  const say = useSay()
  const known = new Map(view.prefilled.map((entry) => [entry.field, entry]))
  const initial = { ...Object.fromEntries(view.prefilled.map(({ field, value }) => [field, value])), ...values }
  return (
    <Form<FormValues>
      form={form}
      layout="vertical"
      requiredMark
      initialValues={initial}
      scrollToFirstError={{ focus: true, block: 'center' }}
      onValuesChange={() => props.onValues(form.getFieldsValue(true))}
      className="tz-form"
    >
      {view.groups.map((group) => {
        const fields = view.fields.filter((field) => field.group === group.code)
        if (fields.length === 0) return null
        return (
          <fieldset key={group.code} className="services-fieldset">
            <legend>{say(group.name)}</legend>
            {fields.map((field) => (
              <FieldLine
                key={field.code}
                field={field}
                property={properties.get(field.code)}
                known={known.get(field.code)}
                form={props}
              />
            ))}
          </fieldset>
        )
      })}
    </Form>
  )
}

function FieldLine(props: {
  readonly field: Field
  readonly property: Property | undefined
  readonly known: PrefilledValue | undefined
  readonly form: SchemaFormProps
}) {
  const { field, property, known, form } = props
  const t = useText('services')
  const say = useSay()
  if (!property) return null
  const dispute = form.disputes[field.code]
  const isLocked = known !== undefined && dispute === undefined
  const label = say(field.name)
  const problem = form.problems?.[field.code]
  const agrees = property.widget === 'agree' || field.type === 'consent' || field.type === 'declaration'
  return (
    <div className="services-field">
      <Form.Item
        name={field.code}
        // Words to agree to stand beside their box; a second label would say them twice.
        {...(agrees ? {} : { label })}
        required={field.required}
        valuePropName={agrees ? 'checked' : 'value'}
        {...(field.help || known ? { extra: <Extra field={field} known={known} /> } : {})}
        {...(problem === undefined ? {} : { validateStatus: 'error' as const, help: problem })}
        rules={[
          {
            validator: (_rule, value: unknown) => {
              const broken = brokenRule(property, value)
              if (!broken) return Promise.resolve()
              return Promise.reject(new Error(t(`rule.${broken.rule}`, { label, limit: broken.limit })))
            },
          },
        ]}
      >
        {widget({ field, property, label, isLocked, t, say })}
      </Form.Item>
      {known !== undefined && <DisputeLine field={field} label={label} known={known} form={form} />}
    </div>
  )
}

/** Help, unit, and where a known value comes from and since when. */
function Extra(props: { readonly field: Field; readonly known: PrefilledValue | undefined }): ReactNode {
  const { field, known } = props
  const t = useText('services')
  const say = useSay()
  return (
    <>
      {field.help && <span className="services-help">{say(field.help)}</span>}
      {known && (
        <span className="services-origin">
          <FromSource source={known.source} />
          {known.asOf !== null && ` · ${t('form.as_of', { date: formatDate(localDateOf(known.asOf)) })}`}
        </span>
      )}
    </>
  )
}

type Widget = {
  readonly field: Field
  readonly property: Property
  readonly label: string
  readonly isLocked: boolean
  readonly t: ReturnType<typeof useText>
  readonly say: ReturnType<typeof useSay>
}

/** antd gives the element its value and id, so this is a plain function and no component. */
function widget({ field, property, label, isLocked, t, say }: Widget): ReactNode {
  if (property.widget === 'agree' || field.type === 'consent' || field.type === 'declaration')
    return <Checkbox>{label}</Checkbox>
  const options =
    'options' in field
      ? field.options.map(({ value, name }) => ({ value, label: say(name) }))
      : property.options.map(({ value, label: text }) => ({ value, label: text }))
  switch (property.widget) {
    case 'choice':
      return options.length <= 4 ? (
        <Radio.Group options={options} disabled={isLocked} />
      ) : (
        <Select options={options} showSearch={{ optionFilterProp: 'label' }} disabled={isLocked} />
      )
    case 'choices':
      return <ManyChoices options={options} disabled={isLocked} />
    case 'yes_no':
      return (
        <Radio.Group
          disabled={isLocked}
          options={[
            { value: true, label: t('yes') },
            { value: false, label: t('no') },
          ]}
        />
      )
    case 'integer':
    case 'number':
      return (
        <NumberField
          readOnly={isLocked}
          inputMode={property.widget === 'integer' ? 'numeric' : 'decimal'}
          {...('unit' in field && field.unit ? { unit: say(field.unit) } : {})}
          className="services-number"
        />
      )
    case 'date':
      return isLocked ? <Input readOnly /> : <DateField />
    case 'long_text':
      if (field.type === 'long_text')
        return (
          <Input.TextArea
            rows={4}
            readOnly={isLocked}
            {...(property.lengthMax === null ? {} : { maxLength: property.lengthMax, showCount: true })}
          />
        )
      return <Input readOnly={isLocked} {...typing(field)} />
    default:
      return <Input readOnly={isLocked} {...typing(field)} />
  }
}

/** The keyboard that a phone should show. */
function typing(field: Field) {
  if (field.type === 'phone') return { inputMode: 'tel' as const, autoComplete: 'tel' }
  if (field.type === 'signature') return { autoComplete: 'off' }
  return {}
}

/** 有误: opens the value for change and asks what is wrong with the known one. */
function DisputeLine(props: {
  readonly field: Field
  readonly label: string
  readonly known: PrefilledValue
  readonly form: SchemaFormProps
}) {
  const { field, label, known, form } = props
  const t = useText('services')
  const words = form.disputes[field.code]
  const set = (text: string | null) => {
    const { [field.code]: _gone, ...rest } = form.disputes
    form.onDisputes(text === null ? rest : { ...rest, [field.code]: text })
    if (text !== null) return
    form.form.setFieldValue(field.code, known.value)
    form.onValues(form.form.getFieldsValue(true))
  }
  if (words === undefined)
    return (
      <VerbButton size="small" aria-label={t('form.wrong_of', { label })} onClick={() => set('')}>
        {t('form.wrong')}
      </VerbButton>
    )
  return (
    <div className="services-dispute">
      <label>
        <span>{t('form.wrong_how', { label })}</span>
        <Input.TextArea rows={2} maxLength={500} value={words} onChange={(event) => set(event.target.value)} />
      </label>
      <p className="tz-caption">
        {t('form.known_is', { value: shownValue(t, known.value) })}{' '}
        <VerbButton size="small" type="link" onClick={() => set(null)}>
          {t('form.right_after_all')}
        </VerbButton>
      </p>
    </div>
  )
}
