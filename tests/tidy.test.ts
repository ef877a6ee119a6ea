import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { readRepository, type Repository } from './tidy/repository.ts'
import * as rules from './tidy/rules.ts'
import { sourcesOf } from './tidy/source.ts'

const repository = readRepository(fileURLToPath(new URL('..', import.meta.url)))

// Every file is parsed once, here.
beforeAll(() => void sourcesOf(repository), 120_000)

const door = (name: string, exports: object = { '.': './index.ts' }) =>
  JSON.stringify({ name: `@tingzhou/${name}`, exports })

/** A small repository: a lib, a part of the core, two modules and an app, plus the files of the case. */
const fixture = (files: Readonly<Record<string, string>>): Repository =>
  new Map(
    Object.entries({
      'package.json': '{"allowScripts":{"esbuild":false}}',
      'package-lock.json': JSON.stringify({
        packages: { 'libs/flow': {}, 'core/db': {}, 'modules/needs': {}, 'modules/registry': {}, 'apps/server': {} },
      }),
      'libs/flow/package.json': door('flow'),
      'libs/flow/index.ts': 'export const flow = 1',
      'core/db/package.json': door('db', { '.': './index.ts', './testing': './testing.ts' }),
      'core/db/index.ts': "export { flow } from '@tingzhou/flow'",
      'core/db/testing.ts': "export { flow } from './index.ts'",
      'modules/needs/package.json': door('needs'),
      'modules/needs/index.ts': "export { table } from './table.ts'",
      'modules/needs/table.ts': "import { flow } from '@tingzhou/db'\nexport const table = flow",
      'modules/registry/package.json': door('registry'),
      'modules/registry/index.ts': 'export const firm = 1',
      'apps/server/package.json': door('server', {}),
      'apps/server/main.ts': "import { table } from '@tingzhou/needs'\nconsole.log(table)",
      ...files,
    }),
  )

/** A small repository that breaks a rule, and what the rule must say about it. */
type Breach = { readonly files: Readonly<Record<string, string>>; readonly says: string }

/** The rule holds in the repository, and says of each breach what is broken: a rule that cannot fail is none. */
const guards = (rule: rules.Rule, breaches: Readonly<Record<string, Breach>>) =>
  describe(rule.name, () => {
    it('holds', () => expect(rule(repository)).toEqual([]))
    it.each(Object.entries(breaches))('%s', (_claim, { files, says }) => {
      expect(rule(fixture({}))).toEqual([])
      expect(rule(fixture(files))).toEqual([says])
    })
  })

guards(rules.noUpwardImport, {
  'a floor imports only from floors below': {
    files: { 'core/db/index.ts': "import type { table } from '@tingzhou/needs'" },
    says: 'core/db/index.ts:1 imports modules/needs/index.ts from a floor above',
  },
  'the kit of the screens belongs to the core': {
    files: {
      'core/ui/package.json': door('ui'),
      'core/ui/index.ts': "\nexport { table } from '../../modules/needs/table.ts'",
    },
    says: 'core/ui/index.ts:2 imports modules/needs/table.ts from a floor above',
  },
})
guards(rules.noWayPastTheDoor, {
  'a package is used through its door': {
    files: { 'modules/registry/index.ts': "import { table } from '@tingzhou/needs/table'" },
    says: 'modules/registry/index.ts:1 imports @tingzhou/needs/table, which is no entry of its package',
  },
  'a package does not reach over the fence': {
    files: { 'modules/registry/index.ts': "const { table } = await import('../needs/table.ts')" },
    says: 'modules/registry/index.ts:1 leaves modules/registry by ../needs/table.ts',
  },
})
guards(rules.noImportCircle, {
  'packages use each other in one direction': {
    files: {
      'modules/registry/index.ts': "import type { table } from '@tingzhou/needs'",
      'modules/needs/index.ts': "import { firm } from '@tingzhou/registry'",
    },
    says: 'modules/needs → modules/registry → modules/needs is a circle',
  },
  'files use each other in one direction': {
    files: { 'modules/needs/table.ts': "import { table } from './index.ts'" },
    says: 'modules/needs/index.ts → modules/needs/table.ts → modules/needs/index.ts is a circle',
  },
})
guards(rules.pureLibs, {
  'libs do no input and output': {
    files: { 'libs/flow/index.ts': "import { readFile } from 'node:fs'" },
    says: 'libs/flow/index.ts:1 imports node:fs',
  },
  'libs have no clock': {
    files: { 'libs/flow/index.ts': 'export const date = 1\nexport const now = () => new Date(x.Date)' },
    says: 'libs/flow/index.ts:2 uses Date',
  },
  'libs have no chance': {
    files: { 'libs/flow/index.ts': 'export const roll = () => Math.random() + Math.sqrt(2)' },
    says: 'libs/flow/index.ts:1 uses Math.random',
  },
})
guards(rules.noDeadFile, {
  'every file is used': {
    files: {
      'modules/needs/forgotten.ts': '',
      'modules/needs/worker.mjs': '',
      'modules/needs/table.ts': "new Worker('./worker.mjs')",
    },
    says: 'modules/needs/forgotten.ts is used by nothing',
  },
  'what only tests use says so': {
    files: { 'modules/needs/helper.ts': '', 'modules/needs/table.test.ts': "import './helper.ts'" },
    says: 'modules/needs/helper.ts is used by tests only',
  },
})
guards(rules.noUnknownInstallScript, {
  'nothing unknown runs at installation': {
    files: {
      'package-lock.json': JSON.stringify({
        packages: {
          'node_modules/esbuild': { hasInstallScript: true },
          'node_modules/a/node_modules/surprise': { hasInstallScript: true },
        },
      }),
    },
    says: 'node_modules/a/node_modules/surprise has an install script that package.json does not name in allowScripts',
  },
  'our own packages run nothing at installation': {
    files: { 'modules/needs/package.json': '{"name":"@tingzhou/needs","scripts":{"postinstall":"node build.mjs"}}' },
    says: 'modules/needs/package.json runs a postinstall script',
  },
})
guards(rules.lockFileKnowsThePackages, {
  'the lock file knows every package': {
    files: { 'libs/names/package.json': door('names') },
    says: 'package-lock.json does not know libs/names',
  },
})
guards(rules.noHexColour, {
  'screens take colours from the theme': {
    files: { 'modules/needs/web/page.tsx': "export const page = <b style={{ color: '#f0a1B2' }} title='issue #12' />" },
    says: 'modules/needs/web/page.tsx:1 says #f0a1B2',
  },
  'styles take colours from the theme': {
    files: { 'apps/web/page.css': '#root {\n  color: #fff;\n}' },
    says: 'apps/web/page.css:2 says #fff',
  },
})
guards(rules.noChineseLiteral, {
  'texts stand in locales': {
    files: {
      'modules/needs/table.ts': '// 诉求\nexport const title = `企业诉求`',
      'modules/needs/contract.ts': "const summary = '诉求'",
    },
    says: 'modules/needs/table.ts:2 says "企业诉求"',
  },
  'screens hold no Chinese of their own': {
    files: { 'modules/needs/web/page.tsx': 'export const page = <b>派单</b>' },
    says: 'modules/needs/web/page.tsx:1 says "派单"',
  },
})
guards(rules.bothLanguages, {
  'each text stands in both languages': {
    files: {
      'modules/needs/locales/zh-CN.json': '{"a":{"rows_other":"{{count}} 行","b":"二"}}',
      'modules/needs/locales/en.json': '{"a":{"rows_one":"one row","rows_other":"{{count}} rows"}}',
    },
    says: 'modules/needs/locales/en.json lacks a.b',
  },
  'no language stands alone': {
    files: { 'modules/needs/locales/sheet.zh-CN.json': '{}' },
    says: 'modules/needs/locales/sheet.en.json is missing',
  },
})
guards(rules.noConsole, {
  'product code keeps off the console': {
    files: { 'modules/needs/table.ts': '\nconsole.log(1)' },
    says: 'modules/needs/table.ts:2 calls console.log',
  },
})
guards(rules.noDefaultExport, {
  'exports have names': {
    files: { 'modules/needs/table.ts': 'export default 1', 'vitest.config.ts': 'export default {}' },
    says: 'modules/needs/table.ts:1 exports by default',
  },
})
guards(rules.noLoosePromise, {
  'what is left to do has an issue': {
    files: { 'modules/needs/table.ts': '// TODO (#12): later\n// TODO tidy up' },
    says: 'modules/needs/table.ts:2 TODO tidy up',
  },
})
