import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// The real page, with the fake engine put before its own script.
export default defineConfig({
  root: here('../../src/renderer'),
  cacheDir: here('../../node_modules/.cache/renderer-preview-vite'),
  plugins: [
    react(),
    {
      name: 'fake-engine',
      transformIndexHtml: {
        order: 'pre',
        handler: (html) =>
          html.replace(
            '<script type="module" src="./main.tsx">',
            `<script type="module" src="/@fs${here('./bridge.ts')}"></script>$&`,
          ),
      },
    },
  ],
  server: { fs: { allow: [here('../..')] } },
  worker: { format: 'es' },
  build: { outDir: here('../../node_modules/.cache/renderer-preview'), emptyOutDir: true },
  preview: { host: '127.0.0.1', port: 4598, strictPort: true },
})
