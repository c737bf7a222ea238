import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

// main: one flat folder, so that the entries find each other (engine, store, simulator workers) by
// a relative address. preload: CommonJS with no outside import, as a sandboxed preload demands.
export default defineConfig({
  main: {
    build: {
      sourcemap: true,
      // piscina asks for it to lower a thread's priority, which it is not told to do: a native file less.
      externalizeDeps: { include: ['@napi-rs/nice'] },
      rolldownOptions: {
        input: {
          index: resolve('src/main/index.ts'),
          headless: resolve('src/main/headless.ts'),
          'engine-worker': resolve('src/main/engine/engine-worker.ts'),
          'store-worker': resolve('src/main/store/store-worker.ts'),
          'job-worker': resolve('src/main/jobs/job-worker.ts'),
          'replay-worker': resolve('src/main/jobs/replay-worker.ts'),
          // piscina starts this file from beside itself, and it loads job-worker.
          worker: resolve('node_modules/piscina/dist/worker.js'),
          'simulator-worker': resolve('src/main/simulator/simulator-worker.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    build: {
      minify: true,
      rolldownOptions: { input: { index: resolve('src/renderer/index.html') } },
    },
    plugins: [react()],
  },
})
