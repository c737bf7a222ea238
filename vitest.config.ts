import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    exclude: ['tests/e2e/**', 'tests/electron-double/**/*.spec.ts', 'node_modules/**'],
    testTimeout: 20_000,
    // Integration tests share a busy machine with their own processes; vitest names what it repeats.
    retry: process.env.CI === undefined ? 0 : 1,
  },
})
