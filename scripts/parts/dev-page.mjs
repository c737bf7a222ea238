// Runs under Node 24, started by dev.mjs: the page from its sources, with hot reload, and /ws passed
// on to the headless server. Prints {"event":"page","url":…}; gets the key of each start of the
// server as a message.
import { at } from './root.mjs'

const [port, serverPort] = process.argv.slice(2).map(Number)
let token = ''
process.on('message', (message) => {
  token = message.token
})
process.on('disconnect', () => process.exit(0))

const { createServer } = await import('vite')
const { default: react } = await import('@vitejs/plugin-react')
const server = await createServer({
  configFile: false,
  root: at('src', 'renderer'),
  cacheDir: at('node_modules', '.cache', 'dev-page'),
  clearScreen: false,
  plugins: [react(), withoutPolicy()],
  server: {
    host: '127.0.0.1',
    port,
    fs: { allow: [at('src'), at('node_modules')] },
    proxy: {
      '/ws': {
        target: `http://127.0.0.1:${serverPort}`,
        ws: true,
        changeOrigin: true,
        rewriteWsOrigin: true,
        rewrite: () => `/ws?token=${token}`,
      },
    },
  },
})
await server.listen()
process.stdout.write(`${JSON.stringify({ event: 'page', url: server.resolvedUrls.local[0] })}\n`)

/** Hot reload writes a script into the page, which the page's own policy forbids. */
function withoutPolicy() {
  return {
    name: 'without-content-security-policy',
    transformIndexHtml: (html) =>
      html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ''),
  }
}
