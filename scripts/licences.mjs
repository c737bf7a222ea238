// node scripts/licences.mjs: writes resources/THIRD_PARTY.md, the notices of all that travels in the
// app. What was bundled is read from the source maps of a build, so that nothing is listed that is
// not inside and nothing is forgotten. Run by hand when dependencies change; the result is committed.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { thirdPartyText } from './parts/licence-text.mjs'
import { toolEnvironment } from './parts/process.mjs'
import { at } from './parts/root.mjs'
import { Problem, runMain, say } from './parts/say.mjs'
import { nodePath, prepare } from './setup.mjs'

/** Not bundled but taken along, or compiled into what is taken along. */
const TAKEN_ALONG = ['better-sqlite3', 'node-addon-api', '@napi-rs/keyring']

runMain(async () => {
  await prepare({ build: true, log: say })
  // Vite wants a newer Node than this script may count on.
  if (process.execPath !== nodePath() && process.env.TAPEDECK_LICENCES !== '1') {
    const env = toolEnvironment({ TAPEDECK_LICENCES: '1' })
    return spawnSync(nodePath(), [fileURLToPath(import.meta.url)], { env, stdio: 'inherit' }).status
  }
  const folders = new Set([
    ...TAKEN_ALONG.map((name) => `node_modules/${name}`),
    ...mainSources().flatMap(packageFolder),
    ...(await pageSources()).flatMap(packageFolder),
  ])
  const packages = [...folders].map(readPackage).sort((a, b) => (a.name < b.name ? -1 : 1))
  writeFileSync(at('resources', 'THIRD_PARTY.md'), thirdPartyText(packages))
  say(`resources/THIRD_PARTY.md: ${packages.length} packages`)
  return 0
})

function mainSources() {
  const folder = at('out', 'main')
  const maps = readdirSync(folder).filter((name) => name.endsWith('.map'))
  if (maps.length === 0) throw new Problem('out/main has no source maps', 'Build it anew')
  return maps.flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).sources)
}

/** The page is built without maps for the app; here once with them, into memory. */
async function pageSources() {
  const [{ build }, { default: react }] = await Promise.all([
    import('vite'),
    import('@vitejs/plugin-react'),
  ])
  const built = await build({
    configFile: false,
    logLevel: 'error',
    root: at('src', 'renderer'),
    plugins: [react()],
    build: { write: false, sourcemap: true },
  })
  return built.output.flatMap(({ map }) => map?.sources ?? [])
}

/** `…/node_modules/a/node_modules/@b/c/x.js` → the folder of `@b/c`, below the project. */
function packageFolder(source) {
  const found = /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(source)
  return found === null ? [] : [found[0]]
}

function readPackage(folder) {
  const manifest = JSON.parse(readFileSync(at(folder, 'package.json'), 'utf8'))
  const read = (pattern) =>
    readdirSync(at(folder))
      .filter((name) => pattern.test(name))
      .map((name) => readFileSync(at(folder, name), 'utf8'))
  const [licenceText = null] = read(/^licen[cs]e(\.md|\.txt)?$/i)
  const author = manifest.author?.name ?? manifest.author ?? `the authors of ${manifest.name}`
  const { name, version, license } = manifest
  return { name, version, licence: license, author, licenceText, notices: read(/^notice/i) }
}
