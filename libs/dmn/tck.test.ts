/** The public conformance tests, where DMN_TCK names the folder `TestCases` of a checkout of dmn-tck/tck. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readTestSuite, runTestSuite } from './testing.ts'
import { writeValue } from './feel/text.ts'

const root = process.env['DMN_TCK'] ?? ''
const read = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8')

/** Runs every suite of a level; lines say what failed. */
function runLevel(level: string): { readonly passed: number; readonly lines: readonly string[] } {
  let passed = 0
  const lines: string[] = []
  const folders = readdirSync(join(root, level), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const { name } of folders) {
    const folder = join(root, level, name)
    const files = readdirSync(folder).toSorted()
    const models = files.filter((file) => file.endsWith('.dmn'))
    for (const file of files.filter((candidate) => candidate.endsWith('.xml'))) {
      const suite = readTestSuite(read(folder, file))
      if (!suite.ok) {
        if (file.includes('-test-')) lines.push(`${file}: ${suite.error.message}`)
        continue
      }
      const main = models.filter((model) => model === suite.value.modelName)
      const ordered = [...main, ...models.filter((model) => model !== suite.value.modelName)]
      const report = runTestSuite(
        ordered.map((model) => read(folder, model)),
        suite.value,
        '2026-11-28T10:00:00+08:00',
      )
      passed += report.passed
      for (const { caseId, name: result, expected, actual, reason } of report.failures)
        lines.push(`${file} ${caseId} ${result}: ${reason ?? writeValue(actual)} instead of ${writeValue(expected)}`)
    }
  }
  return { passed, lines }
}

describe.runIf(root !== '')('the DMN TCK', () => {
  it.each([
    ['compliance-level-2', 1],
    ['compliance-level-3', 0.92],
  ])('%s passes to at least %d', { timeout: 600_000 }, (level, share) => {
    const { passed, lines } = runLevel(level)
    const total = passed + lines.length
    process.stdout.write(`${lines.join('\n')}\n${level}: ${passed} of ${total}\n`)

    expect(passed / total).toBeGreaterThanOrEqual(share)
  })
})
