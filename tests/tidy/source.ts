import { posix } from 'node:path'
import { parseSync } from 'vite'
import { packagesOf, type Package, type Repository } from './repository.ts'

/** A place in a file and what stands there. */
export type Spot = { readonly line: number; readonly text: string }

/** A specifier, and when its file is loaded: with the file itself, when its line runs, or never. */
export type Import = Spot & { readonly when: 'load' | 'later' | 'types' }

/** What the rules ask of one file of code. */
export type Source = {
  readonly path: string
  /** Specifiers of static, dynamic and type imports and of re-exports. */
  readonly imports: readonly Import[]
  /** Strings, templates and texts between tags; without the specifiers above. */
  readonly literals: readonly Spot[]
  readonly comments: readonly Spot[]
  /** Names that are read from outside: `Date`, and two steps of a member such as `Math.random`. */
  readonly names: readonly Spot[]
  readonly defaultExports: readonly Spot[]
  /** Whether it adds to the types of a package: `declare module '…'`. */
  readonly mergesTypes: boolean
}

type Node = { readonly type: string; readonly start: number; readonly [key: string]: unknown }

export const isCode = (path: string): boolean => /\.(?:ts|tsx|mjs)$/.test(path)
/** Tests and what only helps them. */
export const isTest = (path: string): boolean =>
  /\.test\.tsx?$|\.fixture\.ts$|(?:^|\/)testing(?:-[a-z-]+)?\.tsx?$|^tests\//.test(path)

const cache = new Map<string, Source>()

/** Parses a file of code; the same text is parsed once. */
export function readSource(path: string, text: string): Source {
  const key = `${path}\n${text}`
  const known = cache.get(key)
  if (known) return known
  const source = parse(path, text)
  cache.set(key, source)
  return source
}

/** Every file of code of a repository. */
export const sourcesOf = (repository: Repository): readonly Source[] =>
  [...repository].filter(([path]) => isCode(path)).map(([path, text]) => readSource(path, text))

function parse(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`)
  const lineAt = lineFinder(text)
  const found = {
    imports: [] as Import[],
    literals: [] as Spot[],
    names: [] as Spot[],
    defaultExports: [] as Spot[],
    mergesTypes: false,
  }
  const specifiers = new Set<unknown>()
  const visit = (value: unknown, parent: Node | null, key: string): void => {
    if (Array.isArray(value)) return value.forEach((item) => visit(item, parent, key))
    if (!isNode(value)) return
    const line = lineAt(value.start)
    const specifier = specifierOf(value)
    if (specifier) {
      specifiers.add(specifier)
      found.imports.push({ line, text: specifier.value, when: loadingOf(value) })
    }
    if (value.type === 'ExportDefaultDeclaration') found.defaultExports.push({ line, text: 'default' })
    if (value.type === 'TSModuleDeclaration' && isNode(value.id) && value.id.type === 'Literal')
      found.mergesTypes = true
    const literal = literalOf(value)
    if (literal !== null && !specifiers.has(value)) found.literals.push({ line, text: literal })
    const name = nameOf(value, parent, key)
    if (name) found.names.push({ line, text: name })
    for (const [inner, child] of Object.entries(value)) visit(child, value, inner)
  }
  visit(program, null, '')
  return { path, ...found, comments: comments.map(({ start, value }) => ({ line: lineAt(start), text: value })) }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

function specifierOf(node: Node): { readonly value: string } | null {
  const imports = /^(?:ImportDeclaration|ExportNamedDeclaration|ExportAllDeclaration|ImportExpression|TSImportType)$/
  const { source } = node
  if (!imports.test(node.type) || !isNode(source) || typeof source.value !== 'string') return null
  return source as unknown as { value: string }
}

function loadingOf(node: Node): Import['when'] {
  if (node.type === 'ImportExpression') return 'later'
  return node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type' ? 'types' : 'load'
}

function literalOf(node: Node): string | null {
  if ((node.type === 'Literal' || node.type === 'JSXText') && typeof node.value === 'string') return node.value
  // A regular expression is an object without a string value.
  if (node.type !== 'TemplateElement') return null
  const { value } = node
  return typeof value === 'object' && value !== null && 'raw' in value && typeof value.raw === 'string'
    ? value.raw
    : null
}

function nameOf(node: Node, parent: Node | null, key: string): string | null {
  if (node.type === 'MemberExpression' && !node.computed && isNode(node.object) && isNode(node.property))
    return node.object.type === 'Identifier' ? `${String(node.object.name)}.${String(node.property.name)}` : null
  if (node.type !== 'Identifier') return null
  const isLabel = (key === 'property' || key === 'key') && !parent?.computed
  return isLabel ? null : String(node.name)
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    for (let high = starts.length - 1; low < high;) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}

/** Where an import leads: a file of the repository, or null for another package of npm or node. */
export function resolveImport(
  repository: Repository,
  packages: ReadonlyMap<string, Package>,
  from: string,
  specifier: string,
): string | null {
  const [plain = ''] = specifier.split('?')
  if (plain.startsWith('.')) {
    const path = posix.join(posix.dirname(from), plain)
    return repository.has(path) ? path : null
  }
  for (const { entries } of packages.values()) {
    const file = entries.get(plain)
    if (file) return file
  }
  return null
}

export type Edge = Pick<Import, 'line' | 'when'> & { readonly from: string; readonly to: string }

/** Every import from one file of the repository to another. */
export function edgesOf(repository: Repository): readonly Edge[] {
  const packages = packagesOf(repository)
  return sourcesOf(repository).flatMap(({ path, imports }) =>
    imports.flatMap(({ line, text, when }) => {
      const to = resolveImport(repository, packages, path, text)
      return to ? [{ from: path, to, line, when }] : []
    }),
  )
}
