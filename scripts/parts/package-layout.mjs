import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { readArchive } from './asar.mjs'
import { fuseProblems } from './fuses.mjs'

const ENTRIES = [
  'out/main/index.js',
  'out/main/headless.js',
  'out/main/engine-worker.js',
  'out/main/store-worker.js',
  'out/main/job-worker.js',
  'out/main/replay-worker.js',
  'out/main/worker.js',
  'out/main/simulator-worker.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'package.json',
]
const PACKAGES = /^(better-sqlite3|@napi-rs\/keyring(-[a-z0-9-]+)?)$/
const TOP = /^(out|node_modules|resources\/tray|package\.json|LICENSE[^/]*|NOTICE[^/]*)(\/|$)/

/**
 * Looks at an unpacked target: what is in the archive, what lies beside it, and what is wrong.
 * @param {string} resources the folder that holds app.asar
 * @param {{ binary: string, platform: string, arch: string, version: string }} expected
 * @returns {{ asarBytes: number, files: number, packages: string[], natives: string[], problems: string[] }}
 */
export function inspectPackage(resources, expected) {
  const archive = join(resources, 'app.asar')
  if (!existsSync(archive))
    return { asarBytes: 0, files: 0, packages: [], natives: [], problems: ['there is no app.asar'] }
  const asar = readArchive(archive)
  const outside = filesUnder(join(resources, 'app.asar.unpacked'))
  const paths = [...asar.files.keys()]
  const packages = [...new Set(paths.map(packageOf).filter((name) => name !== null))].sort()
  return {
    asarBytes: statSync(archive).size,
    files: paths.length,
    packages,
    natives: outside,
    problems: [
      ...contentProblems(paths, packages),
      ...noticeProblems(paths, resources),
      ...nativeProblems(asar.files, outside, expected),
      ...manifestProblems(asar.read('package.json').toString('utf8'), expected.version),
      ...fuseProblems(readFileSync(expected.binary)),
    ],
  }
}

function contentProblems(paths, packages) {
  const ours = paths.filter((path) => !path.startsWith('node_modules/'))
  return [
    ...ENTRIES.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
    ...paths.filter((path) => !TOP.test(path)).map((path) => `${path} does not belong there`),
    ...paths.filter((path) => path.endsWith('.map')).map((path) => `${path} is a source map`),
    ...ours.filter((path) => /\.tsx?$/.test(path)).map((path) => `${path} is a source`),
    ...paths
      .filter((path) => /^node_modules\/better-sqlite3\/(deps|src|build|binding)/.test(path))
      .map((path) => `${path} is only for compiling`),
    ...packages
      .filter((name) => !PACKAGES.test(name))
      .map((name) => `package ${name} was not bundled and travels along`),
  ]
}

/** The licences want their texts to travel along. */
function noticeProblems(paths, resources) {
  const beside = existsSync(join(resources, 'THIRD_PARTY.md')) ? [] : ['THIRD_PARTY.md is missing']
  const crates = /^node_modules\/@napi-rs\/keyring-[^/]+\/LICENSE\.third-party\.md$/
  const inside = paths.some((path) => crates.test(path))
  return [...beside, ...(inside ? [] : ["the notices of the keyring's crates are missing"])]
}

/** Every native file is marked as unpacked and lies outside, for this platform only, nothing else. */
function nativeProblems(files, outside, { platform, arch }) {
  const natives = [...files].filter(([path]) => path.endsWith('.node'))
  const name = platform === 'win32' ? 'win32' : platform
  const sqlite = `node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node`
  const foreign = outside.filter(
    (path) =>
      path !== sqlite && !(path.includes('@napi-rs/keyring-') && path.includes(`${name}-${arch}`)),
  )
  return [
    ...natives
      .filter(([path, entry]) => !entry.unpacked || !outside.includes(path))
      .map(([path]) => `${path} is inside the archive, from where it cannot be loaded`),
    ...(outside.includes(sqlite) ? [] : [`${sqlite} is missing`]),
    ...(outside.some((path) => path.includes('@napi-rs/keyring-'))
      ? []
      : ['the keyring is missing']),
    ...foreign.map((path) => `${path} lies outside the archive for nothing`),
  ]
}

function manifestProblems(text, version) {
  let manifest
  try {
    manifest = JSON.parse(text)
  } catch {
    return ['package.json is not JSON']
  }
  const wanted = { name: 'tapedeck', version, main: 'out/main/index.js', type: 'module' }
  return [
    ...Object.entries(wanted)
      .filter(([key, value]) => manifest[key] !== value)
      .map(([key, value]) => `package.json: ${key} is ${manifest[key]}, not ${value}`),
    ...['devDependencies', 'scripts']
      .filter((key) => Object.keys(manifest[key] ?? {}).length > 0)
      .map((key) => `package.json carries ${key}`),
  ]
}

function packageOf(path) {
  const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? []
  return name ?? null
}

function filesUnder(folder, base = folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory()
      ? filesUnder(path, base)
      : [relative(base, path).split(sep).join('/')]
  })
}
