/** The little of bpmn-moddle that the reader uses; the package types its elements but not its door. */
declare module 'bpmn-moddle' {
  export type ModdleElement = {
    readonly $type: string
    readonly $parent?: ModdleElement
    readonly $attrs: { readonly [name: string]: unknown }
    get(name: string): unknown
    set(name: string, value: unknown): void
  }
  export type ModdleWarning = {
    readonly message: string
    readonly element?: ModdleElement
    readonly property?: string
    readonly value?: string
  }
  export type ModdleParsed = {
    readonly rootElement: ModdleElement
    readonly elementsById: { readonly [id: string]: ModdleElement }
    readonly warnings: readonly ModdleWarning[]
  }
  export class BpmnModdle {
    constructor(packages?: { readonly [prefix: string]: unknown })
    fromXML(xml: string): Promise<ModdleParsed>
    create(type: string, properties: { readonly [name: string]: unknown }): ModdleElement
  }
}
