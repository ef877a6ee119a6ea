import { Checkbox, Form, Input, Radio, Select } from 'antd'
import { FileField, useText, VerbButton, WholeItem } from '@tingzhou/ui'
import { deliveries } from '../application-contract.ts'
import type { FieldSpec } from './move-specs.ts'
import type { MoveSubject } from './move-subject.ts'
import { PersonSelect } from './pickers.tsx'
import { useBase } from './surface.ts'
import { keyed } from './words.ts'

/** The fields of one move. */
export function MoveFields({
  specs,
  subject,
}: {
  readonly specs: readonly FieldSpec[]
  readonly subject: MoveSubject
}) {
  return specs.map((spec) => <MoveField key={spec.name} spec={spec} subject={subject} />)
}

function MoveField({ spec, subject }: { readonly spec: FieldSpec; readonly subject: MoveSubject }) {
  const t = useText('services')
  const { counter } = useBase()
  const label = t(`field.${spec.name}`)
  const must = [{ required: true, message: t('rule.required', { label }) }]
  switch (spec.kind) {
    case 'prose':
    case 'line':
      return (
        <Form.Item
          name={spec.name}
          label={label}
          rules={spec.required ? [{ required: true, whitespace: true, message: t('rule.required', { label }) }] : []}
        >
          {spec.kind === 'line' ? (
            <Input maxLength={spec.max} />
          ) : (
            <Input.TextArea rows={spec.max > 500 ? 4 : 3} maxLength={spec.max} showCount />
          )}
        </Form.Item>
      )
    case 'stars':
      return (
        <Form.Item name="stars" label={label} rules={must} extra={t('rating.low_note')}>
          <Radio.Group
            className="services-options"
            options={[5, 4, 3, 2, 1].map((stars) => ({
              value: stars,
              label: `${t('rating.stars_n', { n: stars })} · ${t(`rating.${stars}`)}`,
            }))}
          />
        </Form.Item>
      )
    case 'delivery':
      return (
        <Form.Item name="how" label={label} rules={must}>
          <Radio.Group options={deliveries.map((value) => ({ value, label: t(`delivery.${value}`) }))} />
        </Form.Item>
      )
    case 'right':
      return (
        <Form.Item name="right" label={label} rules={must}>
          <Radio.Group
            options={[
              { value: true, label: t('judgement.right') },
              { value: false, label: t('judgement.wrong') },
            ]}
          />
        </Form.Item>
      )
    case 'internal':
      // What an applicant writes is for everybody who reads the case.
      if (counter) return null
      return (
        <Form.Item name="internal" valuePropName="checked">
          <Checkbox>{label}</Checkbox>
        </Form.Item>
      )
    case 'days':
      return <WholeItem name="workingDays" label={label} max={spec.max} unit={t('unit.working_days')} required />
    case 'step':
      if (subject.steps.length < 2) return null
      return (
        <Form.Item name="step" label={label} rules={must}>
          <Radio.Group options={subject.steps.map(({ value, label: name }) => ({ value, label: name }))} />
        </Form.Item>
      )
    case 'outcome':
      return <OutcomeField subject={subject} />
    case 'person':
      return (
        <Form.Item name="accountId" label={label} rules={must}>
          <PersonSelect partyId={subject.departmentId} />
        </Form.Item>
      )
    case 'head_reason':
      if (subject.lists === 0) return null
      return (
        <Form.Item name="headReason" label={label} rules={must} extra={t('correction.second')}>
          <Input.TextArea rows={3} maxLength={500} showCount />
        </Form.Item>
      )
    case 'asks':
      return <AskFields subject={subject} />
    case 'materials':
      return subject.owed.map(({ value, label: name }) => (
        <div key={value} role="group" aria-label={name}>
          <Form.Item name={['materials', value]} label={name}>
            <FileField max={9} capture />
          </Form.Item>
        </div>
      ))
  }
}

/** What was found, where the drawing names it: of the step that was chosen, or of the only one. */
function OutcomeField({ subject }: { readonly subject: MoveSubject }) {
  const t = useText('services')
  const chosen: unknown = Form.useWatch('step')
  const step = subject.steps.length === 1 ? subject.steps[0] : subject.steps.find(({ value }) => value === chosen)
  if (!step || step.outcomes.length === 0) return null
  const label = t('field.outcome')
  return (
    <Form.Item name="outcome" label={label} rules={[{ required: true, message: t('rule.required', { label }) }]}>
      <Radio.Group options={step.outcomes.map((value) => ({ value, label: keyed(t, 'step_outcome', value, value) }))} />
    </Form.Item>
  )
}

/** 一次告知: everything that is asked, line by line, all at once. */
function AskFields({ subject }: { readonly subject: MoveSubject }) {
  const t = useText('services')
  const groups = (['material', 'field'] as const).flatMap((kind) => {
    const options = subject.askable.filter(({ value }) => value.startsWith(`${kind} `))
    return options.length === 0 ? [] : [{ label: t(`ask.${kind}s`), options }]
  })
  return (
    <Form.List name="asks" initialValue={subject.listed.length > 0 ? [] : [{}]}>
      {(lines, { add, remove }) => (
        <>
          {subject.listed.length > 0 && <p>{t('judge.listed', { list: subject.listed.join(t('list_comma')) })}</p>}
          {lines.map(({ key, name }) => (
            <fieldset key={key} className="services-ask">
              <legend>{t('ask.line', { n: name + 1 })}</legend>
              {groups.length > 0 && (
                <Form.Item name={[name, 'about']} label={t('ask.about')}>
                  <Select
                    allowClear
                    options={groups}
                    showSearch={{ optionFilterProp: 'label' }}
                    placeholder={t('ask.whole')}
                  />
                </Form.Item>
              )}
              <Form.Item
                name={[name, 'words']}
                label={t('ask.words')}
                rules={[{ required: true, whitespace: true, message: t('rule.required', { label: t('ask.words') }) }]}
              >
                <Input.TextArea rows={2} maxLength={500} />
              </Form.Item>
              {(lines.length > 1 || subject.listed.length > 0) && (
                <VerbButton size="small" aria-label={t('ask.remove_n', { n: name + 1 })} onClick={() => remove(name)}>
                  {t('verb.remove')}
                </VerbButton>
              )}
            </fieldset>
          ))}
          <p>
            <VerbButton onClick={() => add({})}>{t('ask.add')}</VerbButton>
          </p>
        </>
      )}
    </Form.List>
  )
}
