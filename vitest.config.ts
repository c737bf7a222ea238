import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const WHOLE = ['tests/integration/**', 'tests/mutants/**']

export default defineConfig({
  test: {
    testTimeout: 20_000,
    setupFiles: ['tests/type-stripper.ts'],
    // Integration tests wait more than they compute; the default leaves one of two cores idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Integration tests share a busy machine with their own processes; vitest names what it repeats.
    retry: process.env.CI === undefined ? 0 : 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
          exclude: [
            ...WHOLE,
            'tests/e2e/**',
            'tests/electron-double/**/*.spec.ts',
            'node_modules/**',
          ],
          // No state is shared, so no file needs a process of its own: a third less CPU for all of them.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'whole', include: WHOLE.map((folder) => `${folder}/*.test.ts`) },
      },
    ],
  },
})
