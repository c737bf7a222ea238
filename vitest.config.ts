import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    exclude: ['tests/e2e/**', 'tests/electron-double/**/*.spec.ts', 'node_modules/**'],
    testTimeout: 20_000,
  },
})
