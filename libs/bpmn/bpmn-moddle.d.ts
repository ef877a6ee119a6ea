/** The little of bpmn-moddle that the reader uses; the package types its elements but not its door. */
declare module 'bpmn-moddle' {
  export type ModdleElement = {
    readonly $type: string
    readonly $parent?: ModdleElement
    readonly $attrs: { readonly [name: string]: unknown }
    get(name: string): unknown
  }
  export type ModdleWarning = {
    readonly message: string
    readonly element?: ModdleElement
    readonly property?: string
    readonly value?: string
  }
  export class BpmnModdle {
    constructor(packages?: { readonly [prefix: string]: unknown })
    fromXML(xml: string): Promise<{
      readonly rootElement: ModdleElement
      readonly warnings: readonly ModdleWarning[]
    }>
  }
}
