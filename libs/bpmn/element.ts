// oxlint-disable-next-line typescript/triple-slash-reference -- the web build sees only what is imported
/// <reference path="./bpmn-moddle.d.ts" />
/** Typed looks at bpmn-moddle's elements, whose properties are unknown to the compiler. */
import type { ModdleElement } from 'bpmn-moddle'

export type { ModdleElement } from 'bpmn-moddle'

function isElement(value: unknown): value is ModdleElement {
  return typeof value === 'object' && value !== null && '$type' in value
}

/** A child or reference; null when absent or of another kind. */
export function child(element: ModdleElement | null, name: string): ModdleElement | null {
  const value = element?.get(name)
  return isElement(value) ? value : null
}

export function children(element: ModdleElement | null, name: string): ModdleElement[] {
  const value = element?.get(name)
  return Array.isArray(value) ? value.filter(isElement) : []
}

/** A text property; null when absent or blank. */
export function text(element: ModdleElement | null, name: string): string | null {
  const value = element?.get(name)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

export function flag(element: ModdleElement, name: string): boolean {
  return element.get(name) === true
}

/** The body of a child expression. */
export function body(element: ModdleElement | null, name: string): string | null {
  return text(child(element, name), 'body')
}

export const idOf = (element: ModdleElement | null): string | null => text(element, 'id')

/** The comma-separated words of a text property. */
export function words(element: ModdleElement, name: string): string[] {
  return (text(element, name) ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
