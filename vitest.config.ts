import { defineConfig } from 'vitest/config'

const browserTests = 'tests/browser/**/*.test.ts'

export default defineConfig({
  test: {
    globalSetup: ['./core/db/testing-setup.ts'],
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{libs,core,modules,apps,bench,tests,scripts}/**/*.test.ts'],
          exclude: [browserTests, '**/node_modules/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [browserTests],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
