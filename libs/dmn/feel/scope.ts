/** Names in sight while an expression runs: layers, inner first. */
import { normalName } from './syntax.ts'
import type { Context, Value } from './value.ts'

export type Scope = { readonly own: Context; readonly outer: Scope | null }

export const scopeOf = (own: Context, outer: Scope | null = null): Scope => ({ own, outer })

/** What a name stands for; undefined when nothing has it. */
export function find(scope: Scope, name: string): Value | undefined {
  for (let layer: Scope | null = scope; layer !== null; layer = layer.outer)
    if (Object.hasOwn(layer.own, name)) return layer.own[name]
  return findLoosely(scope, name)
}

/** Names that differ only in the space around their signs are the same. Source: DMN 1.5 clause 10.3.1.3. */
function findLoosely(scope: Scope, name: string): Value | undefined {
  const wanted = squeezed(name)
  for (let layer: Scope | null = scope; layer !== null; layer = layer.outer)
    for (const own of Object.keys(layer.own)) if (squeezed(own) === wanted) return layer.own[own]
  return undefined
}

/** A name without the space around its signs. */
export function squeezed(name: string): string {
  return normalName(name).replace(/\s*([./\-'+*])\s*/g, '$1')
}
