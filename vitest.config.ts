import { defineConfig } from 'vitest/config'

const browserTests = 'tests/browser/**/*.test.ts'

export default defineConfig({
  test: {
    globalSetup: ['./core/db/testing-setup.ts'],
    maxWorkers: 2,
    // In `npm test` what fails is tried once more, and said (scripts/test.mjs); a counterexample that was found stays one.
    retry: { count: process.env.TEST_TWICE === '1' ? 1 : 0, condition: /^(?!Property failed)/ },
    // What a list holds beyond its length is what one wants to know of a run on another machine.
    chaiConfig: { truncateThreshold: 2_000 },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{libs,core,modules,apps,bench,tests,scripts}/**/*.test.ts'],
          // Files that another leg of scripts/test.mjs runs.
          exclude: [browserTests, '**/node_modules/**', process.env.TESTS_ELSEWHERE ?? ''].filter(Boolean),
          // Half of a short file's time is reading the modules it shares with the others; no test depends on being alone or first.
          isolate: false,
          // Two cores that also run a database: a test that takes a second alone may take twenty here.
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [browserTests],
          exclude: ['**/node_modules/**', process.env.TESTS_ELSEWHERE ?? ''].filter(Boolean),
          globalSetup: ['./tests/browser/setup.ts'],
          // As above; a file that reads the server and all its modules anew takes as long as two of its tests.
          isolate: false,
          // One file at a time beside the unit tests (scripts/test.mjs); asked for together, they come after those.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          // As long as a hang may last: a walk of twenty seconds takes two minutes on a machine that others use.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // As long as the browser itself waits for an element; a second is too short on a busy machine.
          expect: { poll: { timeout: 30_000, interval: 100 } },
        },
      },
    ],
  },
})
