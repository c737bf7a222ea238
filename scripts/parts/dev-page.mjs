// Runs under Node 24, started by dev.mjs: the page from its sources, with hot reload, and /ws passed
// on to the headless server. Messages to its parent: { url } once, { changed } when a file of the
// server changed. From it: { token }, the key of each start of the server.
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
  plugins: [react()],
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
process.send({ url: server.resolvedUrls.local[0] })

const serverParts = [at('src', 'main'), at('src', 'shared')]
server.watcher.add(serverParts)
server.watcher.on('all', (_, path) => {
  if (serverParts.some((folder) => path.startsWith(folder))) process.send({ changed: path })
})
