// npm test: everything that can be checked on this machine; the last line is `N passed, N failed, N skipped`.
// TEST_DATABASE_URL=postgres://…  runs what a database has a part in on that server as well, or instead.
// REQUIRE_BROWSER=1               a missing Chromium is a failure instead of a reason to skip.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { ensureInstalled, root } from './ensure-installed.mjs'
import { findChromium } from './find-chromium.mjs'

// A machine that others use may be half as fast.
const toolTimeoutMs = 60 * 60_000
const outputMax = 200_000
const slowSeconds = 30
// The rules of modules do not depend on the database: where there is a server, which is twice as fast, they run there, and embedded
// only every path of every drawing. What talks to the database itself runs on both; what is pure, and the screens, embedded.
const besideServer = [
  'libs/',
  'core/',
  'apps/',
  'bench/',
  'tests/',
  'scripts/',
  'paths.test',
  'modules/registry/enterprise',
]
// What asks much of the server and nothing new of the database, as globs.
const elsewhere =
  '{apps/server/{access,formulas,hostile-input,kept-tracks,machines,plant,station-silence},' +
  'apps/simpark/{carriage,export,freight,life,upload},core/alarms/alarms-http,core/ledger/ledger-http,' +
  'core/webhooks/{send,webhooks-http}}.test.ts'
// Screens ask nothing of the database but answers: a loop from end to end and the phone show that the embedded one gives them.
const browserEmbedded = ['tests/browser/loop', 'tests/browser/phone']
const onServer = [
  'modules/',
  'core/db',
  'core/events',
  'core/timers',
  'core/audit',
  'core/process',
  'core/casework',
  'core/ledger',
  'core/webhooks',
  'core/telemetry/store',
  'core/telemetry/rollup',
  'core/telemetry/devices',
  'core/telemetry/packing',
  'core/telemetry/forwarded',
  'core/telemetry/kept-frame',
  'core/alarms/alarms-http',
  'core/alarms/engine',
  'core/alarms/restart',
  'core/geography/watch',
  'apps/gateway/gateway',
  'apps/server/access',
  'apps/server/device-lifecycle',
  'apps/server/formulas',
  'apps/server/hostile-input',
  'apps/server/kept-tracks',
  'apps/server/machines',
  'apps/server/plant',
  'apps/server/station-silence',
  'apps/simpark/carriage',
  'apps/simpark/export',
  'apps/simpark/freight',
  'apps/simpark/life',
  'apps/simpark/upload',
  'bench/soak/',
]
// A machine that others use may stop for longer than a test waits. What passes only at the second try is named with its error: it is to
// be mended, and it is no reason to keep a change waiting.
const twice = { TEST_TWICE: '1' }
const tally = { passed: 0, failed: 0, skipped: 0 }
const reports = mkdtempSync(join(tmpdir(), 'tingzhou-report-'))

ensureInstalled()
await check('types of the server', 'tsc', ['-p', 'tsconfig.server.json'])
await check('types of the screens', 'tsc', ['-p', 'tsconfig.web.json'])
await check('lint', 'oxlint', ['--type-aware', '--quiet'])
await check('format', 'oxfmt', ['--check'])
// Before the tests: none of them serves screens that are being built.
await check('build', 'node', ['scripts/build.mjs'])
const { TEST_DATABASE_URL: serverUrl, ...plain } = process.env
// A browser and what waits for devices, timers and processes mostly wait: beside each other they keep two cores busy.
await Promise.all([browserTests(), serverTests()])
rmSync(reports, { recursive: true, force: true })

console.log(`\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
process.exit(tally.failed > 0 ? 1 : 0)

/** One tool that is right or wrong as a whole: one test. */
async function check(title, tool, args) {
  const { code, output, seconds } = await run(tool, args, process.env)
  if (code === 0) {
    tally.passed++
    return console.log(`${title}: ok (${seconds} s)`)
  }
  tally.failed++
  console.log(`${title}: FAILED (${seconds} s)\n${output.trim()}\n`)
}

async function serverTests() {
  const embedded = serverUrl ? { ...plain, TESTS_ELSEWHERE: elsewhere } : plain
  await suite('tests · embedded database', 'unit', embedded, serverUrl ? besideServer : [])
  if (serverUrl) await suite('tests · PostgreSQL', 'unit', { ...plain, TEST_DATABASE_URL: serverUrl }, onServer)
}

async function browserTests() {
  const title = 'browser tests'
  const chromium = findChromium()
  if (chromium) {
    const env = { ...plain, CHROMIUM_PATH: chromium }
    await suite(`${title} · embedded database`, 'browser', env, serverUrl ? browserEmbedded : [])
    if (!serverUrl) return
    const rest = browserEmbedded.map((file) => `${file}.test.ts`)
    const server = { ...env, TEST_DATABASE_URL: serverUrl, TESTS_ELSEWHERE: `{${rest.join(',')}}` }
    return suite(`${title} · PostgreSQL`, 'browser', server, [])
  }
  const { code, output } = await run('vitest', ['list', '--project', 'browser', '--json', '--passWithNoTests'], plain)
  const names = code === 0 ? namesIn(output) : null
  if (!names) {
    tally.failed++
    return console.log(`${title}: FAILED\n${output.trim()}\n`)
  }
  if (process.env.REQUIRE_BROWSER === '1') {
    tally.failed += Math.max(names.length, 1)
    return console.log(`${title}: FAILED, no Chromium was found on the PATH or at CHROMIUM_PATH\n`)
  }
  tally.skipped += names.length
  console.log(`${title}: skipped, no Chromium was found on the PATH or at CHROMIUM_PATH`)
  for (const name of names) console.log(`  skipped  ${name}`)
}

/** The names in the answer of `vitest list --json`; null when it is not one. */
function namesIn(output) {
  try {
    return JSON.parse(output.slice(output.indexOf('['))).map((test) => test.name)
  } catch {
    return null
  }
}

/** One project of vitest.config.ts; what failed is printed in full. @param files  parts of their names; none: all */
async function suite(title, project, env, files) {
  const file = join(reports, `${project}-${env.TEST_DATABASE_URL ? 'server' : 'embedded'}.json`)
  const args = ['run', '--project', project, '--reporter=json', `--outputFile=${file}`, '--passWithNoTests', ...files]
  const { code, output, seconds } = await run('vitest', args, { ...env, ...twice })
  const report = readReport(file)
  const results = report?.testResults ?? []
  const tests = results.flatMap((result) => result.assertionResults)
  const count = (...statuses) => tests.filter((test) => statuses.includes(test.status)).length
  const passed = count('passed')
  // A file that broke before its tests could fail counts as one.
  const broken = results.filter((result) => result.status === 'failed' && !result.assertionResults.some(isFailed))
  const failed = count('failed') + broken.length
  // An error outside every test, or a crash of the runner itself.
  const crashed = failed === 0 && (code !== 0 || !report) ? 1 : 0
  tally.passed += passed
  tally.failed += failed + crashed
  tally.skipped += tests.length - passed - count('failed')
  console.log(`${title}: ${passed} of ${tests.length} passed${failed + crashed > 0 ? ', FAILED' : ''} (${seconds} s)`)
  printSlowest(results)
  for (const result of results) printFailures(result)
  for (const result of results) printAgain(result)
  for (const test of tests) if (isSkipped(test)) console.log(`  skipped  ${test.fullName}`)
  if (crashed) console.log(output.trim())
}

// Where the time of a run goes.
function printSlowest(results) {
  const took = results.map(({ name, startTime, endTime }) => ({
    file: relative(root, name),
    seconds: (endTime - startTime) / 1_000,
  }))
  const slow = took.filter(({ seconds }) => seconds >= slowSeconds).toSorted((a, b) => b.seconds - a.seconds)
  for (const { file, seconds } of slow) console.log(`  ${seconds.toFixed(0).padStart(4)} s  ${file}`)
}

function isFailed(test) {
  return test.status === 'failed'
}

function isSkipped(test) {
  return test.status !== 'failed' && test.status !== 'passed'
}

function printFailures({ name, status, message, assertionResults }) {
  if (status !== 'failed') return
  const file = relative(root, name)
  const failures = assertionResults.filter(isFailed)
  if (failures.length === 0) console.log(`\n  FAILED  ${file}\n${indent(message)}\n`)
  for (const { fullName, failureMessages } of failures)
    console.log(`\n  FAILED  ${file} › ${fullName}\n${indent(failureMessages.join('\n'))}\n`)
}

// Errors of a test that has passed are those of its first try.
function printAgain({ name, assertionResults }) {
  for (const { fullName, status, failureMessages } of assertionResults)
    if (status === 'passed' && failureMessages.length > 0)
      console.log(
        `\n  PASSED AT THE SECOND TRY  ${relative(root, name)} › ${fullName}\n${indent(failureMessages.join('\n'))}\n`,
      )
}

function indent(text) {
  return (text ?? '').replaceAll(/^/gm, '    ')
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

/** Runs a tool of node_modules, or Node, to its end, or for half an hour, and keeps the end of what it says. */
function run(tool, args, env) {
  const began = Date.now()
  const seconds = () => ((Date.now() - began) / 1_000).toFixed(1)
  return new Promise((resolve) => {
    const child = spawn(tool === 'node' ? tool : join(root, 'node_modules/.bin', tool), args, {
      cwd: root,
      env: { ...env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    let output = ''
    const keep = (chunk) => (output = (output + chunk).slice(-outputMax))
    const timer = setTimeout(() => {
      keep(`\n${tool} was stopped after ${toolTimeoutMs / 60_000} minutes`)
      child.kill('SIGKILL')
    }, toolTimeoutMs)
    const end = (code) => {
      clearTimeout(timer)
      resolve({ code, output, seconds: seconds() })
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => (keep(String(error)), end(1)))
    child.on('close', (code) => end(code ?? 1))
  })
}
