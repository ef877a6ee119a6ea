import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{libs,core,modules,apps,bench,tests,scripts}/**/*.test.ts'],
    globalSetup: ['./core/db/testing-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
