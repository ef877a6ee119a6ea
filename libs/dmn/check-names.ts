/** Names in an expression that nothing stands for. */
import { innerOf } from './feel/code.ts'
import { squeezed } from './feel/scope.ts'
import type { Expr } from './feel/expr.ts'

/**
 * Lists the names that are neither known nor made by the expression itself, each once.
 * Within a filter any name may be an entry of the items, so none is doubted there.
 */
export function unknownNames(expr: Expr, known: readonly string[]): readonly string[] {
  return Array.from(new Set(unknown(expr, new Set(known.map(squeezed)))))
}

function unknown(expr: Expr, known: ReadonlySet<string>): readonly string[] {
  const inner = (parts: readonly Expr[], more: readonly string[] = []): readonly string[] =>
    parts.flatMap((part) => unknown(part, more.length === 0 ? known : new Set([...known, ...more.map(squeezed)])))
  switch (expr.kind) {
    case 'name':
      return known.has(squeezed(expr.name)) ? [] : [expr.name]
    case 'filter':
      return inner([expr.target])
    case 'function':
      return inner(
        [expr.body],
        expr.parameters.map(({ name }) => name),
      )
    case 'context': {
      const keys: string[] = []
      return expr.entries.flatMap(({ key, value }) => {
        // A function may call itself by the name of its entry.
        keys.push(key)
        return inner([value], [...keys])
      })
    }
    case 'for':
    case 'some':
    case 'every': {
      const names = ['partial']
      const sources = expr.iterators.flatMap(({ name, from, to }) => {
        const found = inner(to === null ? [from] : [from, to], [...names])
        names.push(name)
        return found
      })
      return [...sources, ...inner([expr.body], names)]
    }
    default:
      return inner(innerOf(expr))
  }
}
