/** Where elements stand in the XML: bpmn-moddle keeps no lines. */
export type Tag = { readonly name: string; readonly id: string | null; readonly line: number }

/**
 * Lists the start tags of an XML text.
 * @returns local name, id attribute and line (from 1), in document order; comments and CDATA are skipped
 * Complexity: O(n).
 */
export function scanTags(xml: string): Tag[] {
  const tags: Tag[] = []
  const form = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<(?:[\w.-]+:)?([\w.-]+)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>/g
  let line = 1
  let counted = 0
  for (const match of xml.matchAll(form)) {
    line += countLines(xml, counted, match.index)
    counted = match.index
    if (match[1] === undefined) continue
    const id = /\sid\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(match[2] ?? '')
    tags.push({ name: match[1], id: id?.[1] ?? id?.[2] ?? null, line })
  }
  return tags
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

/**
 * Whether a place in an XML text lies inside extensionElements.
 * @param line, column  from 1 and from 0
 * Complexity: O(n).
 */
export function isInExtension(xml: string, line: number | null, column: number): boolean {
  if (line === null) return false
  let at = 0
  for (let passed = 1; passed < line; passed++) at = xml.indexOf('\n', at) + 1
  const before = xml.slice(0, at + column)
  const opened = before.match(/<(?:[\w.-]+:)?extensionElements(?:\s[^<>]*[^/])?>/g)?.length ?? 0
  const closed = before.match(/<\/(?:[\w.-]+:)?extensionElements\s*>/g)?.length ?? 0
  return opened > closed
}
