import { posix } from 'node:path'
import { floors, packageOf, packagesOf, type Finding, type Repository } from './repository.ts'
import { edgesOf, isCode, isTest, sourcesOf, type Edge, type Source, type Spot } from './source.ts'

/** A rule reads a repository and says what breaks it. */
export type Rule = (repository: Repository) => readonly Finding[]

const at = (path: string, { line }: Pick<Spot, 'line'>, what: string): Finding => `${path}:${line} ${what}`

/** What tests over real HTTP start, on whichever floor they stand. */
const wholeServer = 'apps/server/testing.ts'

/** libs < core < modules < apps: an import goes sideways or down, never up. */
export const noUpwardImport: Rule = (repository) => {
  const packages = packagesOf(repository)
  const floorAt = (path: string): number => floors.findIndex((floor) => floor === packageOf(packages, path)?.floor)
  return edgesOf(repository)
    .filter(({ from, to }) => floorAt(from) >= 0 && floorAt(to) > floorAt(from))
    .filter(({ from, to }) => !(isTest(from) && to === wholeServer))
    .map((edge) => at(edge.from, edge, `imports ${edge.to} from a floor above`))
}

/** A package is used through the entries of its package.json only. */
export const noWayPastTheDoor: Rule = (repository) => {
  const packages = packagesOf(repository)
  const entries = new Set([...packages.values()].flatMap((one) => [...one.entries.keys()]))
  return sourcesOf(repository).flatMap(({ path, imports }) => {
    const own = packageOf(packages, path)
    return imports.flatMap((spot) => {
      if (spot.text.startsWith('@tingzhou/'))
        return entries.has(spot.text) ? [] : [at(path, spot, `imports ${spot.text}, which is no entry of its package`)]
      const leaves =
        own && spot.text.startsWith('.') && !posix.join(posix.dirname(path), spot.text).startsWith(`${own.folder}/`)
      return leaves ? [at(path, spot, `leaves ${own.folder} by ${spot.text}`)] : []
    })
  })
}

/** Packages use each other in one direction; so do files. */
export const noImportCircle: Rule = (repository) => {
  const packages = packagesOf(repository)
  const nameAt = (path: string): string => packageOf(packages, path)?.folder ?? path
  const product = edgesOf(repository).filter(({ from }) => !isTest(from))
  const between = product.map((edge) => ({ from: nameAt(edge.from), to: nameAt(edge.to) }))
  const circles = [...circlesIn(product.filter((edge) => edge.when === 'load')), ...circlesIn(between)]
  return [...new Set(circles.map((circle) => `${circle.join(' → ')} is a circle`))]
}

/** One circle for each group of nodes that reach each other. */
function circlesIn(edges: readonly Pick<Edge, 'from' | 'to'>[]): readonly (readonly string[])[] {
  const next = new Map<string, Set<string>>()
  for (const { from, to } of edges) if (from !== to) next.set(from, (next.get(from) ?? new Set()).add(to))
  const done = new Set<string>()
  const circles: string[][] = []
  const walk = (node: string, trail: readonly string[]): void => {
    const again = trail.indexOf(node)
    if (again >= 0) return void circles.push(fromTheFirst(trail.slice(again)))
    if (done.has(node)) return
    for (const to of next.get(node) ?? []) walk(to, [...trail, node])
    done.add(node)
  }
  for (const node of next.keys()) walk(node, [])
  return circles
}

/** The circle begun at its first name in the alphabet, so that the same circle reads the same. */
function fromTheFirst(circle: readonly string[]): string[] {
  const first = circle.toSorted()[0] ?? ''
  const start = circle.indexOf(first)
  return [...circle.slice(start), ...circle.slice(0, start), first]
}

const impure =
  /^(?:Date|Math\.random|performance|process\.(?:env|argv|cwd|hrtime|nextTick)|fetch|crypto|setTimeout|setInterval|setImmediate|globalThis)$/

/** libs compute: no node:, no clock, no chance, no outside. */
export const pureLibs: Rule = (repository) =>
  sourcesOf(repository)
    .filter(({ path }) => path.startsWith('libs/') && !isTest(path))
    .flatMap(({ path, imports, names }) => [
      ...imports.filter(({ text }) => text.startsWith('node:')).map((spot) => at(path, spot, `imports ${spot.text}`)),
      ...names.filter(({ text }) => impure.test(text)).map((spot) => at(path, spot, `uses ${spot.text}`)),
    ])

// Named by a tool or by a person at the command line, not by an import.
const outerEntry =
  /^(?:scripts\/[^/]+\.mjs|bench\/[^/]+\.(?:bench|soak)\.ts|apps\/[^/]+\/main\.tsx?|apps\/server\/cli\/[^/]+\.ts|(?:.+\/)?(?:vite|vitest)\.config\.ts)$/

/** Every file of code can be reached from an entry; what only tests reach is named `testing…` or `….fixture.ts`. */
export const noDeadFile: Rule = (repository) => {
  const packages = packagesOf(repository)
  const doors = [...packages.values()].flatMap((one) => [...one.entries.values()])
  const isLooked = (path: string): boolean => isCode(path) || path.endsWith('.css')
  const outer = [...repository.keys()].filter((path) => outerEntry.test(path))
  // The compiler includes every file, and with it what the file adds to the types of another package.
  const merging = sourcesOf(repository).flatMap(({ path, mergesTypes }) => (mergesTypes ? [path] : []))
  const living = reach(repository, [...doors, ...outer, ...merging])
  const tested = reach(repository, [...repository.keys()].filter(isTest))
  return [...repository.keys()]
    .filter((path) => isLooked(path) && !living.has(path) && !isTest(path))
    .map((path) => (tested.has(path) ? `${path} is used by tests only` : `${path} is used by nothing`))
}

/** Files that entries lead to: by imports, and by names of files in strings (workers, styles of a page). */
function reach(repository: Repository, entries: readonly string[]): ReadonlySet<string> {
  const named = new Map<string, string[]>()
  const lead = (from: string, to: string): void => void named.set(from, [...(named.get(from) ?? []), to])
  for (const { from, to } of edgesOf(repository)) lead(from, to)
  for (const { path, literals } of sourcesOf(repository))
    for (const { text } of literals)
      for (const file of [posix.join(posix.dirname(path), text || '.'), posix.normalize(text || '.')])
        if (repository.has(file)) lead(path, file)
  const seen = new Set(entries)
  // A Set keeps the order of insertion and may grow while it is walked: it is the queue as well.
  for (const path of seen) for (const to of named.get(path) ?? []) seen.add(to)
  return seen
}

type Locked = { readonly hasInstallScript?: boolean; readonly version?: string }

/** Nothing runs while packages are installed, except what package.json has looked at. */
export const noUnknownInstallScript: Rule = (repository) => {
  const json = (path: string) => JSON.parse(repository.get(path) ?? '{}')
  const approved = new Set(Object.keys(json('package.json').allowScripts ?? {}))
  const packages: Record<string, Locked> = json('package-lock.json').packages ?? {}
  const foreign = Object.entries(packages)
    .filter(([path, { hasInstallScript }]) => hasInstallScript && !approved.has(path.replace(/^.*node_modules\//, '')))
    .map(([path]) => `${path} has an install script that package.json does not name in allowScripts`)
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare']
  const own = [...repository.keys()]
    .filter((path) => path.endsWith('package.json'))
    .flatMap((path) =>
      hooks.filter((hook) => json(path).scripts?.[hook]).map((hook) => `${path} runs a ${hook} script`),
    )
  return [...foreign, ...own]
}

/** `npm ci` refuses a lock file that does not know every package of the workspace. */
export const lockFileKnowsThePackages: Rule = (repository) => {
  const { packages = {} } = JSON.parse(repository.get('package-lock.json') ?? '{}') as { packages?: object }
  return [...packagesOf(repository).values()]
    .filter(({ folder }) => !(folder in packages))
    .map(({ folder }) => `package-lock.json does not know ${folder}`)
}

const hexColour = /#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b/i
const isScreen = (path: string): boolean => /^modules\/[^/]+\/web\/|^apps\/web\//.test(path) && !isTest(path)

/** Screens take their colours from the theme. */
export const noHexColour: Rule = (repository) => {
  const inCode = sourcesOf(repository)
    .filter(({ path }) => isScreen(path) && !/(?:^|\/)theme[^/]*$/.test(path))
    .flatMap(({ path, literals }) =>
      literals
        .filter(({ text }) => hexColour.test(text))
        .map((spot) => at(path, spot, `says ${hexColour.exec(spot.text)?.[0]}`)),
    )
  const inStyles = linesOf(repository, (path) => isScreen(path) && path.endsWith('.css'))
    .filter(({ text }) => hexColour.test(text))
    .map((spot) => at(spot.path, spot, `says ${hexColour.exec(spot.text)?.[0]}`))
  return [...inCode, ...inStyles]
}

function linesOf(repository: Repository, wanted: (path: string) => boolean) {
  return [...repository]
    .filter(([path]) => wanted(path))
    .flatMap(([path, text]) => text.split('\n').map((line, index) => ({ path, line: index + 1, text: line })))
}

const chinese = /\p{Script=Han}/u
// Contracts and their document, catalogues, built-in data, the synthetic zone's phrase bank, and the lib that reads names.
const mayBeChinese =
  /(?:^|\/)(?:locales|data)\/|contract\.ts$|(?:^|[/-])(?:catalogue|built-in|phrases|openapi)[^/]*\.tsx?$|^libs\/names\//
const productName = /庭州/g

/** What a reader sees comes from locales/. */
export const noChineseLiteral: Rule = (repository) =>
  sourcesOf(repository)
    .filter(({ path }) => /^(?:libs|core|modules|apps)\//.test(path) && !isTest(path) && !mayBeChinese.test(path))
    .flatMap(({ path, literals }) =>
      literals
        .filter(({ text }) => chinese.test(text.replaceAll(productName, '')))
        .map((spot) => at(path, spot, `says ${JSON.stringify(spot.text.trim().slice(0, 40))}`)),
    )

const languages = ['zh-CN', 'en'] as const

/** Each text stands in both languages. i18next's plural endings count as one key: Chinese has one form. */
export const bothLanguages: Rule = (repository) => {
  const pairs = new Set(
    [...repository.keys()]
      .filter((path) => /\/locales\/(?:[^/]+\.)?(?:zh-CN|en)\.json$/.test(path))
      .map((path) => path.replace(/(?:zh-CN|en)\.json$/, '')),
  )
  return [...pairs].flatMap((pair) => {
    const [chinese, english] = languages.map((language) => {
      const text = repository.get(`${pair}${language}.json`)
      return text === undefined ? null : new Set(keysOf(JSON.parse(text)))
    })
    if (!chinese || !english) return [`${pair}${chinese ? 'en' : 'zh-CN'}.json is missing`]
    return [
      ...[...chinese].filter((key) => !english.has(key)).map((key) => `${pair}en.json lacks ${key}`),
      ...[...english].filter((key) => !chinese.has(key)).map((key) => `${pair}zh-CN.json lacks ${key}`),
    ]
  })
}

function keysOf(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null) return [prefix.replace(/_(?:zero|one|two|few|many|other)$/, '')]
  return Object.entries(value).flatMap(([key, inner]) => keysOf(inner, prefix ? `${prefix}.${key}` : key))
}

const isProduct = (path: string): boolean => /^(?:libs|core|modules|apps)\//.test(path) && !isTest(path)
/** Programs that a person starts may speak to the terminal. */
const speaksToTheTerminal = /^apps\/[^/]+\/(?:main\.ts|cli\/)/

/** Product code logs through its logger. */
export const noConsole: Rule = (repository) =>
  sourcesOf(repository)
    .filter(({ path }) => isProduct(path) && !speaksToTheTerminal.test(path))
    .flatMap(({ path, names }) =>
      names.filter(({ text }) => text.startsWith('console.')).map((spot) => at(path, spot, `calls ${spot.text}`)),
    )

/** Named exports only; a tool's configuration file is the tool's business. */
export const noDefaultExport: Rule = (repository) =>
  sourcesOf(repository)
    .filter(({ path }) => !/\.config\.ts$|\.d\.ts$/.test(path))
    .flatMap(({ path, defaultExports }: Source) => defaultExports.map((spot) => at(path, spot, 'exports by default')))

const promise = /\b(?:TODO|FIXME|XXX)\b(?!.*#\d)/

/** What is left to do has an issue. */
export const noLoosePromise: Rule = (repository) => {
  const inCode = sourcesOf(repository).flatMap(({ path, comments }) =>
    comments.filter(({ text }) => promise.test(text)).map((spot) => at(path, spot, spot.text.trim())),
  )
  const inSql = linesOf(repository, (path) => /\.(?:sql|css|html)$/.test(path))
    .filter(({ text }) => promise.test(text))
    .map((spot) => at(spot.path, spot, spot.text.trim()))
  return [...inCode, ...inSql]
}
