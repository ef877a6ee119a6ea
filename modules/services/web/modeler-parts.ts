/** What is used of bpmn-js and diagram-js, whose own types know little of our attributes. */
export type Moddle = {
  readonly $type: string
  readonly id: string
  get(name: string): unknown
}
export type Shape = {
  readonly id: string
  readonly type: string
  readonly businessObject: Moddle
  readonly labelTarget?: Shape
}
export type EventBus = { on(event: string, listener: (event: { newSelection?: readonly Shape[] }) => void): void }
export type Modeling = {
  updateProperties(element: Shape, properties: Readonly<Record<string, unknown>>): void
  updateModdleProperties(element: Shape, moddle: Moddle, properties: Readonly<Record<string, unknown>>): void
}
export type ModdleFactory = { create(type: string, attributes: Readonly<Record<string, unknown>>): Moddle }
type Updater = (entries: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>
export type Menu = {
  registerProvider(priority: number, provider: Readonly<Record<string, (target?: Shape) => Updater>>): void
}
export type PopupMenu = {
  registerProvider(id: string, priority: number, provider: Readonly<Record<string, (target: Shape) => Updater>>): void
}
export type Create = { start(event: Event, shape: unknown): void }
export type AutoPlace = { append(source: Shape, shape: unknown): void }
export type ElementFactory = { createShape(attributes: Readonly<Record<string, unknown>>): unknown }
export type Canvas = { zoom(): number; zoom(level: 'fit-viewport' | number, center: 'auto'): number }
export type Drawn = {
  importXML(xml: string): Promise<unknown>
  saveXML(options: { readonly format: boolean }): Promise<{ readonly xml?: string }>
  get<T>(name: string): T
  destroy(): void
}

/** A moddle object, or null for anything else. */
export const moddleOf = (value: unknown): Moddle | null =>
  typeof value === 'object' && value !== null && '$type' in value ? (value as Moddle) : null
