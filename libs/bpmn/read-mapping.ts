/** `<tz:input>` and `<tz:output>` of an element. */
import { child, children, text, type ModdleElement } from './element.ts'
import { feelText } from './feel.ts'
import type { Reader } from './reader.ts'
import type { Mapping } from './model.ts'

export function readMappings(reader: Reader, element: ModdleElement, type: 'tz:Input' | 'tz:Output'): Mapping[] {
  const all = children(child(element, 'extensionElements'), 'values').filter((value) => value.$type === type)
  return all.flatMap((mapping) => {
    const [name, value] = [text(mapping, 'name'), text(mapping, 'value')]
    if (name === null) reader.complain('missing_name', element, 'a mapping needs a name')
    return name === null ? [] : [{ name, value: feelText(value ?? '') }]
  })
}
