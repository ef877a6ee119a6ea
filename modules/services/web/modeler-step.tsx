import { Select } from 'antd'
import { useText } from '@tingzhou/ui'
import { specialStepKinds } from '../item.ts'
import { Line } from './modeler-line.tsx'
import { moddleOf, type Drawn, type ModdleFactory, type Modeling, type Shape } from './modeler-parts.ts'

const stepHandlers: readonly string[] = ['services.beginStep', 'services.endStep', 'services.superviseStep']

/** Which special step a handler begins, ends or supervises: an input mapping of the task. */
export function StepInputs(props: { readonly drawn: Drawn; readonly shape: Shape; readonly readOnly: boolean }) {
  const { drawn, shape, readOnly } = props
  const t = useText('services')
  const handler = shape.businessObject.get('tz:handler')
  if (typeof handler !== 'string' || !stepHandlers.includes(handler)) return null
  const write = (kind: string | undefined) => {
    const factory = drawn.get<ModdleFactory>('moddle')
    const input = (name: string, value: string) => factory.create('tz:Input', { name, value })
    const values = kind === undefined ? [] : [input('step', `="${kind}"`)]
    drawn.get<Modeling>('modeling').updateProperties(shape, {
      extensionElements: values.length === 0 ? undefined : factory.create('bpmn:ExtensionElements', { values }),
    })
  }
  return (
    <Line label={t('modeler.step')} help={t('modeler.step_help')}>
      {(id) => (
        <Select
          id={id}
          allowClear
          disabled={readOnly}
          value={stepOf(shape)}
          options={specialStepKinds.map((value) => ({ value, label: t(`special_kind.${value}`) }))}
          onChange={(value: string | null | undefined) => write(value ?? undefined)}
        />
      )}
    </Line>
  )
}

/** The step that a task names, as `="survey"`; null when it names none. Pure. */
function stepOf({ businessObject }: Shape): string | null {
  const values = moddleOf(businessObject.get('extensionElements'))?.get('values')
  for (const one of Array.isArray(values) ? values.map(moddleOf) : []) {
    const value = one?.get('name') === 'step' ? one.get('value') : null
    if (typeof value === 'string') return /^="([a-z_]+)"$/.exec(value)?.[1] ?? null
  }
  return null
}
