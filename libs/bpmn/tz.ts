/** The moddle descriptor of our extension attributes, for the reader here and for bpmn-js in the browser. */
const text = { isAttr: true, type: 'String' } as const

export const tz = {
  name: 'Tingzhou',
  uri: 'urn:tingzhou:bpmn',
  prefix: 'tz',
  xml: { tagAlias: 'lowerCase' },
  types: [
    { name: 'Stateful', extends: ['bpmn:FlowNode'], properties: [{ name: 'state', ...text }] },
    {
      name: 'HumanTask',
      extends: ['bpmn:UserTask'],
      properties: [
        { name: 'roles', ...text },
        { name: 'form', ...text },
        { name: 'due', ...text },
        { name: 'priority', ...text },
        { name: 'policy', ...text },
        { name: 'outcomes', ...text },
      ],
    },
    {
      name: 'Handled',
      extends: ['bpmn:ServiceTask', 'bpmn:SendTask', 'bpmn:BusinessRuleTask'],
      properties: [{ name: 'handler', ...text }],
    },
    { name: 'Decided', extends: ['bpmn:BusinessRuleTask'], properties: [{ name: 'decision', ...text }] },
    { name: 'Scripted', extends: ['bpmn:ScriptTask'], properties: [{ name: 'result', ...text }] },
    {
      name: 'Correlated',
      extends: ['bpmn:MessageEventDefinition', 'bpmn:ReceiveTask', 'bpmn:SendTask'],
      properties: [{ name: 'correlationKey', ...text }],
    },
    {
      name: 'Repeated',
      extends: ['bpmn:MultiInstanceLoopCharacteristics', 'bpmn:Activity'],
      properties: [
        { name: 'collection', ...text },
        { name: 'element', ...text },
        { name: 'output', ...text },
        { name: 'outputElement', ...text },
      ],
    },
    {
      name: 'Input',
      superClass: ['Element'],
      properties: [
        { name: 'name', ...text },
        { name: 'value', isBody: true, type: 'String' },
      ],
    },
    {
      name: 'Output',
      superClass: ['Element'],
      properties: [
        { name: 'name', ...text },
        { name: 'value', isBody: true, type: 'String' },
      ],
    },
  ],
} as const
