// npm run bench -- chains: indicators of industry chains, in memory, seconds of one thread, each case in a process of its own; then a million
// firms on PostgreSQL: the run as the server makes it at night, and pages of firms and chains.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  betweenness,
  candidatesFor,
  chainFigures,
  chainTargets,
  hiddenSources,
  productFigures,
  readCatalogue,
  readEconomy,
  simulateShock,
  supplyRisks,
  type CatalogueFiles,
  type Economy,
  type EconomyRows,
  type StartCatalogue,
} from '@tingzhou/chain-model'
import { hiddenFirms, inventEconomy, type InventedEconomy } from '@tingzhou/chain-model/invent'
import { repoRoot } from '@tingzhou/db'
import { starterProducts } from '@tingzhou/text'
import { measurePages } from './chains-zone.ts'
import { figure, report, said, type Figure, type Say } from './harness.ts'

/** What a case measures, name by name: seconds, counts, megabytes. */
type Measured = Readonly<Record<string, number>>

// A hundred and twenty products: so many firms and layers of links a product give the sizes that are named.
const zone: InventedEconomy = { seed: 1, makers: 10, consumers: 7, outside: 8, layers: 3, spendFen: 1e10 }
const large: InventedEconomy = { seed: 1, makers: 5_400, consumers: 3_050, outside: 570, layers: 4, spendFen: 3e7 }
const cases: Readonly<Record<string, () => Measured | Promise<Measured>>> = {
  planted: () => findPlanted(zone),
  zone: () => measureOne(zone, Infinity),
  zoneLists: () => measureLists(zone),
  large: () => measureOne(large, 16),
  largeLists: () => measureLists(large),
  pages: () => measurePages(inventEconomy(readStart(), large), (line) => console.error(line)),
}

const asked = said('--case')
if (asked === undefined)
  await report('bench', 'chains', async (say) => {
    const { found, others } = runCase('planted', say)
    return [
      ...sizeFigures('zone', runCase('zone', say)),
      ...listFigures(runCase('zoneLists', say)),
      figure('weaknesses planted in three such economies and found, of 3', found ?? Number.NaN, '', '>= 3'),
      figure('found beside them', others ?? Number.NaN, '', '<= 0'),
      ...sizeFigures('large', runCase('large', say)),
      ...listFigures(runCase('largeLists', say)),
      ...pageFigures(runCase('pages', say)),
    ]
  })
else console.log(JSON.stringify(await cases[asked]?.()))

function runCase(name: string, say: Say): Measured {
  const [, program = ''] = process.argv
  const args = ['--enable-source-maps', '--max-old-space-size=12288', program, '--case', name]
  const told: unknown = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 24 }))
  const measured = told as Measured // printed by this very program
  say(`${name}: ${JSON.stringify(measured)}`)
  return measured
}

function sizeFigures(name: string, measured: Measured): readonly Figure[] {
  const of = (key: string): number => measured[key] ?? Number.NaN
  const size = `${of('firms').toLocaleString('en')} firms, ${of('links').toLocaleString('en')} links`
  const isZone = name === 'zone'
  return [
    figure(`${of('chains')} chains, ${size}: all indicators and lists`, of('allS'), 's', isZone ? '<= 2' : null),
    figure(`${size}: rows read, checked and hashed (inventing them taken off)`, of('readS'), 's'),
    figure(`${size}: sufficiency, local supply, HHI of ${of('products')} products`, of('productsS'), 's'),
    figure(`${size}: completeness, freight and leader pull of the chains`, of('chainsS'), 's'),
    figure(`${size}: single-source risks, ${of('risks').toLocaleString('en')}`, of('risksS'), 's'),
    figure(`${size}: hidden sources`, of('hiddenS'), 's'),
    figure(`${size}: betweenness from ${of('pivots').toLocaleString('en')} firms`, of('betweenS'), 's'),
    figure(`${size}: the three lists, ${of('targets').toLocaleString('en')} lines`, of('targetsS'), 's'),
    figure(`${size}: value bought whose use is known`, of('followed'), ''),
    figure(`${size}: a shock of one power plant, ${of('hits').toLocaleString('en')} hits`, of('shockS'), 's'),
    figure(`${size}: memory at most`, of('rssMb'), 'MB'),
    figure(`${size}: weaknesses found that were not planted`, of('invented'), '', '<= 0'),
  ]
}

function pageFigures(measured: Measured): readonly Figure[] {
  const of = (key: string): number => measured[key] ?? Number.NaN
  const size = `${of('firms').toLocaleString('en')} firms, ${of('links').toLocaleString('en')} links on PostgreSQL`
  return [
    figure(`${size}: a run, from the button to the stored figures`, of('runS'), 's'),
    figure(`${size}: page of a firm, median`, of('firmP50'), 'ms'),
    figure(`${size}: page of a firm, p95`, of('firmP95'), 'ms', '<= 500'),
    figure(`${size}: page of a chain, median`, of('chainP50'), 'ms'),
    figure(`${size}: page of a chain, p95`, of('chainP95'), 'ms', '<= 500'),
    figure(`${size}: memory of the server after it`, of('serverMib'), 'MB'),
  ]
}

function listFigures(measured: Measured): readonly Figure[] {
  const of = (key: string): string => (measured[key] ?? Number.NaN).toLocaleString('en')
  const size = `${of('firms')} firms, ${of('links')} links, every product weak, one missing, one surplus`
  return [
    figure(`${size}: the three lists, ${of('targets')} lines`, measured.targetsS ?? Number.NaN, 's'),
    figure(`${size}: ${of('candidates')} candidates of these lines`, measured.candidatesS ?? Number.NaN, 's'),
  ]
}

function readStart(): StartCatalogue {
  const read = (name: string) => JSON.parse(readFileSync(join(repoRoot(), `modules/chains/data/${name}.json`), 'utf8'))
  const files: CatalogueFiles = {
    clusters: read('clusters'),
    chains: read('chains'),
    products: read('products'),
    recipes: read('recipes'),
    settings: read('settings'),
  }
  const catalogue = readCatalogue(files, starterProducts)
  if (!catalogue.ok) throw new Error(JSON.stringify(catalogue.error))
  return catalogue.value
}

function timed<Value>(run: () => Value): readonly [Value, number] {
  const began = performance.now()
  const value = run()
  return [value, (performance.now() - began) / 1_000]
}

function measureOne(invented: InventedEconomy, pivotsMax: number): Measured {
  const catalogue = readStart()
  const { settings } = catalogue
  const rows = inventEconomy(catalogue, invented)
  const [, inventS] = timed(() => {
    for (const list of [rows.firms, rows.positions, rows.links]) for (const _ of list) void _
  })
  const [economy, inventAndReadS] = timed(() => must(rows))
  const [{ needs, products }, productsS] = timed(() => productFigures(economy, settings))
  const [, chainsS] = timed(() => economy.chains.map((chain) => chainFigures(economy, chain, products, settings)))
  const [risks, risksS] = timed(() => supplyRisks(economy, settings))
  const [hidden, hiddenS] = timed(() => hiddenSources(economy, settings))
  const [between, betweenS] = timed(() => betweenness(economy, { pivotsMax }))
  const [targets, targetsS] = timed(() => chainTargets({ economy, needs, products, risks, settings }))
  const removed = [economy.firms.id.indexOf('P0103-maker-0')]
  const [shock, shockS] = timed(() => simulateShock(economy, { removed, days: 30, stockDays: () => 0 }))
  if (!shock.ok) throw new Error(JSON.stringify(shock.error))
  return {
    chains: economy.chains.length,
    products: economy.products.code.length,
    firms: economy.firms.id.length,
    links: economy.links.seller.length,
    readS: inventAndReadS - inventS,
    productsS,
    chainsS,
    risksS,
    hiddenS,
    betweenS,
    targetsS,
    shockS,
    allS: productsS + chainsS + risksS + hiddenS + betweenS + targetsS + shockS,
    risks: risks.buyer.length,
    followed: risks.followed.value ?? Number.NaN,
    pivots: between?.pivots ?? Number.NaN,
    targets: targets.length,
    hits: shock.value.hits.length,
    invented: targets.length + hidden.length,
    rssMb: process.resourceUsage().maxRSS / 1_024,
  }
}

/** The lists and their candidates where they are long: every product made here is weak, one is missing, one could be processed. */
function measureLists(invented: InventedEconomy): Measured {
  const catalogue = readStart()
  const { settings } = catalogue
  const plants = { isWeak: true, missing: 'P1702', surplus: { from: 'P1902', to: 'P1903' } }
  const economy = must(inventEconomy(catalogue, { ...invented, plants }))
  const inputs = { economy, ...productFigures(economy, settings), risks: supplyRisks(economy, settings), settings }
  const [targets, targetsS] = timed(() => chainTargets(inputs))
  const chains = new Map(economy.chains.map((chain) => [chain.code, chain]))
  const [candidates, candidatesS] = timed(() =>
    targets.flatMap(({ chain, product }) => {
      const { products = [], leaders = [] } = chains.get(chain) ?? {}
      const mes = products.find((own) => own.product === product)?.mes ?? 0
      return candidatesFor(economy, { product, mes, leaders }, settings)
    }),
  )
  return {
    firms: economy.firms.id.length,
    links: economy.links.seller.length,
    targets: targets.length,
    candidates: candidates.length,
    targetsS,
    candidatesS,
  }
}

/** A missing product, a surplus and a hidden source, each in an economy of its own. */
function findPlanted(invented: InventedEconomy): Measured {
  const catalogue = readStart()
  const plants = [
    { plants: { missing: 'P1702' }, expected: 'fill P1702' },
    { plants: { surplus: { from: 'P1902', to: 'P1903' } }, expected: 'extend P1903' },
    { plants: { hidden: 'P0301' }, expected: `hidden ${hiddenFirms.buyer}` },
  ]
  const seen = plants.map(({ plants, expected }) => {
    const economy = must(inventEconomy(catalogue, { ...invented, plants }))
    const risks = supplyRisks(economy, catalogue.settings)
    const inputs = { economy, ...productFigures(economy, catalogue.settings), risks, settings: catalogue.settings }
    const said = [
      ...chainTargets(inputs).map(({ list, product }) => `${list} ${economy.products.code[product]}`),
      ...hiddenSources(economy, catalogue.settings).map(({ buyer }) => `hidden ${economy.firms.id[buyer]}`),
    ]
    return { isFound: said.includes(expected), others: said.filter((one) => one !== expected) }
  })
  return {
    found: seen.filter(({ isFound }) => isFound).length,
    others: seen.reduce((sum, { others }) => sum + others.length, 0),
  }
}

function must(rows: EconomyRows): Economy {
  const economy = readEconomy(rows)
  if (!economy.ok) throw new Error(JSON.stringify(economy.error))
  return economy.value
}
