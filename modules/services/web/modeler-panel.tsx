import { Input, Select } from 'antd'
import { useText } from '@tingzhou/ui'
import { roles } from '@tingzhou/parties/contract'
import { applicationStates } from '../application-contract.ts'
import { itemStates } from '../item-contract.ts'
import { StepInputs } from './modeler-step.tsx'
import { Line } from './modeler-line.tsx'
import { moddleOf, type Drawn, type ModdleFactory, type Modeling, type Shape } from './modeler-parts.ts'
import { keyed } from './words.ts'

export type PanelProps = {
  readonly drawn: Drawn
  readonly shape: Shape | null
  readonly readOnly: boolean
  /** Changes with every command, so that undo shows here too. */
  readonly turn: number
  readonly states: 'application' | 'item'
}

/** Properties of the chosen element that the engine reads; the rest of BPMN is left alone. */
export function ModelerPanel(props: PanelProps) {
  const { drawn, shape, readOnly, states } = props
  const [marks, prefix] = states === 'item' ? [itemStates, 'item_state'] : [applicationStates, 'state']
  const t = useText('services')
  if (!shape)
    return (
      <aside className="services-properties">
        <p className="tz-second">{t('modeler.choose')}</p>
      </aside>
    )
  const modeling = drawn.get<Modeling>('modeling')
  const { businessObject } = shape
  const type = shape.type.replace('bpmn:', '')
  const set = (name: string) => (value: string) =>
    modeling.updateProperties(shape, { [name]: value === '' ? undefined : value })
  const read = (name: string) => {
    const value = businessObject.get(name)
    return typeof value === 'string' ? value : ''
  }
  const text = (name: string, label: string, help?: string) => (
    <Line key={name} label={label} {...(help === undefined ? {} : { help })}>
      {(id) => <Text id={id} value={read(name)} readOnly={readOnly} onDone={set(name)} />}
    </Line>
  )
  const isNode = !['SequenceFlow', 'Process', 'TextAnnotation', 'Association'].includes(type)
  return (
    <aside className="services-properties" aria-label={t('modeler.properties')}>
      <p className="services-line">
        <strong>{keyed(t, 'bpmn', type, type)}</strong>
        <span className="tz-caption tz-mono">{shape.id}</span>
      </p>
      {text('name', t('designer.name'))}
      {isNode && (
        <Line label={t('modeler.state')} help={t('modeler.state_help')}>
          {(id) => (
            <Select
              id={id}
              allowClear
              disabled={readOnly}
              value={read('tz:state') || null}
              options={[...new Set<string>([...marks, ...(read('tz:state') ? [read('tz:state')] : [])])].map(
                (value) => ({
                  value,
                  label: keyed(t, prefix, value, value),
                }),
              )}
              onChange={(value: string | null | undefined) => set('tz:state')(value ?? '')}
            />
          )}
        </Line>
      )}
      {type === 'UserTask' && (
        <>
          <Line label={t('modeler.roles')}>
            {(id) => (
              <Select
                id={id}
                mode="multiple"
                disabled={readOnly}
                value={read('tz:roles')
                  .split(',')
                  .filter((role) => role !== '')}
                options={roles.map((value) => ({ value, label: keyed(t, 'role', value, value) }))}
                onChange={(value: string[]) => set('tz:roles')(value.join(','))}
              />
            )}
          </Line>
          {text('tz:outcomes', t('modeler.outcomes'), t('modeler.outcomes_help'))}
          {text('tz:form', t('modeler.form'))}
          {text('tz:due', t('modeler.due'), t('modeler.due_help'))}
          {text('tz:policy', t('modeler.policy'))}
        </>
      )}
      {['ServiceTask', 'SendTask', 'BusinessRuleTask'].includes(type) &&
        text('tz:handler', t('modeler.handler'), t('modeler.handler_help'))}
      {type === 'BusinessRuleTask' && text('tz:decision', t('modeler.decision'))}
      {type === 'ScriptTask' && (
        <>
          {text('script', t('modeler.script'), t('modeler.feel'))}
          {text('tz:result', t('modeler.result'))}
        </>
      )}
      {type === 'CallActivity' && text('calledElement', t('modeler.called'))}
      {type === 'SequenceFlow' && <Condition {...props} shape={shape} />}
      {['ServiceTask', 'UserTask'].includes(type) && <StepInputs {...props} shape={shape} />}
      <Timer {...props} shape={shape} />
      <Repeat {...props} shape={shape} />
    </aside>
  )
}

/** Written to the drawing when it is left, so that one change is one step to undo. */
function Text(props: {
  readonly id: string
  readonly value: string
  readonly readOnly: boolean
  readonly onDone: (value: string) => void
}) {
  return (
    <Input
      key={props.value}
      id={props.id}
      defaultValue={props.value}
      readOnly={props.readOnly}
      spellCheck={false}
      onBlur={(event) => event.target.value !== props.value && props.onDone(event.target.value)}
      onPressEnter={(event) => event.currentTarget.blur()}
    />
  )
}

export type ShapeProps = PanelProps & { readonly shape: Shape }

/** The FEEL condition of a flow out of a gateway. */
function Condition({ drawn, shape, readOnly }: ShapeProps) {
  const t = useText('services')
  const expression = moddleOf(shape.businessObject.get('conditionExpression'))
  const body = expression?.get('body')
  const write = (text: string) =>
    drawn.get<Modeling>('modeling').updateProperties(shape, {
      conditionExpression:
        text === '' ? undefined : drawn.get<ModdleFactory>('moddle').create('bpmn:FormalExpression', { body: text }),
    })
  return (
    <Line label={t('modeler.condition')} help={t('modeler.feel')}>
      {(id) => <Text id={id} value={typeof body === 'string' ? body : ''} readOnly={readOnly} onDone={write} />}
    </Line>
  )
}

const timerKinds = ['timeDate', 'timeDuration', 'timeCycle'] as const

/** When a timer fires: an instant, a duration or a cycle. */
function Timer({ drawn, shape, readOnly }: ShapeProps) {
  const t = useText('services')
  const events = shape.businessObject.get('eventDefinitions')
  const timer = (Array.isArray(events) ? events : [])
    .map(moddleOf)
    .find((definition) => definition?.$type === 'bpmn:TimerEventDefinition')
  if (!timer) return null
  const kind = timerKinds.find((name) => moddleOf(timer.get(name)) !== null) ?? 'timeDuration'
  const body = moddleOf(timer.get(kind))?.get('body')
  const text = typeof body === 'string' ? body : ''
  const write = (name: (typeof timerKinds)[number], value: string) => {
    const expression = drawn.get<ModdleFactory>('moddle').create('bpmn:FormalExpression', { body: value })
    drawn.get<Modeling>('modeling').updateModdleProperties(shape, timer, {
      ...Object.fromEntries(timerKinds.map((other) => [other, undefined])),
      [name]: expression,
    })
  }
  return (
    <>
      <Line label={t('modeler.timer_kind')}>
        {(id) => (
          <Select
            id={id}
            disabled={readOnly}
            value={kind}
            options={timerKinds.map((value) => ({ value, label: t(`modeler.${value}`) }))}
            onChange={(value: (typeof timerKinds)[number]) => write(value, text)}
          />
        )}
      </Line>
      <Line label={t('modeler.timer')} help={t('modeler.timer_help')}>
        {(id) => <Text id={id} value={text} readOnly={readOnly} onDone={(value) => write(kind, value)} />}
      </Line>
    </>
  )
}

/** Several of the same task: over which list, and what one of it is called. */
function Repeat({ drawn, shape, readOnly }: ShapeProps) {
  const t = useText('services')
  const loop = moddleOf(shape.businessObject.get('loopCharacteristics'))
  if (!loop) return null
  const write = (name: string) => (value: string) =>
    drawn.get<Modeling>('modeling').updateModdleProperties(shape, loop, { [name]: value === '' ? undefined : value })
  return (['collection', 'element'] as const).map((name) => {
    const value = loop.get(`tz:${name}`)
    return (
      <Line key={name} label={t(`modeler.${name}`)} help={t('modeler.feel')}>
        {(id) => (
          <Text
            id={id}
            value={typeof value === 'string' ? value : ''}
            readOnly={readOnly}
            onDone={write(`tz:${name}`)}
          />
        )}
      </Line>
    )
  })
}
