import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'

interface Expected {
  readonly binary: string
  readonly platform: string
  readonly arch: string
  readonly version: string
}
type Inspect = (resources: string, expected: Expected) => { readonly problems: readonly string[] }

// Plain JavaScript without types, so it is loaded by its address.
const script = pathToFileURL(join('scripts', 'parts', 'package-layout.mjs')).href
const { inspectPackage } = (await import(script)) as { readonly inspectPackage: Inspect }

const folder = mkdtempSync(join(tmpdir(), 'tapedeck-layout-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const SQLITE = 'node_modules/better-sqlite3/prebuilds/linux-x64.node'
const KEYRING = '@napi-rs/keyring-linux-x64-gnu'
const MANIFEST = { name: 'tapedeck', version: '1.2.3', main: 'out/main/index.js', type: 'module' }
const FUSES = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0008'

interface Package {
  readonly inside: Record<string, string>
  readonly outside: Record<string, string>
  readonly beside: Record<string, string>
  fuses: string
}

const good = (): Package => ({
  inside: {
    'out/main/index.js': '',
    'out/main/headless.js': '',
    'out/main/engine-worker.js': '',
    'out/main/store-worker.js': '',
    'out/main/job-worker.js': '',
    'out/main/replay-worker.js': '',
    'out/main/worker.js': '',
    'out/main/simulator-worker.js': '',
    'out/preload/index.cjs': '',
    'out/renderer/index.html': '',
    [`node_modules/${KEYRING}/LICENSE.third-party.md`]: '',
    'package.json': JSON.stringify(MANIFEST),
  },
  outside: { [SQLITE]: '', [`node_modules/${KEYRING}/keyring.linux-x64-gnu.node`]: '' },
  beside: { 'THIRD_PARTY.md': '' },
  // In the order of fuses.mjs.
  fuses: '01001110',
})

let made = 0
function problemsOf(change: (draft: Package) => void): readonly string[] {
  const draft = good()
  change(draft)
  const resources = join(folder, String(++made))
  write(join(resources, 'app.asar'), archive(draft))
  for (const [path, text] of Object.entries(draft.outside))
    write(join(resources, 'app.asar.unpacked', path), text)
  for (const [path, text] of Object.entries(draft.beside)) write(join(resources, path), text)
  const binary = join(resources, 'tapedeck')
  write(binary, Buffer.from(`before${FUSES}${draft.fuses}after`, 'latin1'))
  return inspectPackage(resources, { binary, platform: 'linux', arch: 'x64', version: '1.2.3' })
    .problems
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

interface Folder {
  readonly files: Record<string, Folder | object>
}

/** An archive as Electron's tool writes it: two nested lengths, the table as JSON, the contents. */
function archive({ inside, outside }: Package): Buffer {
  const root: Folder = { files: {} }
  let contents = ''
  const put = (path: string, entry: object) => {
    const names = path.split('/')
    const name = names.pop() ?? ''
    const at = names.reduce<Folder>((above, each) => {
      above.files[each] ??= { files: {} }
      return above.files[each] as Folder
    }, root)
    at.files[name] = entry
  }
  for (const [path, text] of Object.entries(inside)) {
    put(path, { size: text.length, offset: String(contents.length) })
    contents += text
  }
  for (const [path, text] of Object.entries(outside))
    put(path, { size: text.length, unpacked: true })
  const table = Buffer.from(JSON.stringify(root))
  const head = Buffer.alloc(16)
  head.writeUInt32LE(4, 0)
  head.writeUInt32LE(8 + table.length, 4)
  head.writeUInt32LE(4 + table.length, 8)
  head.writeUInt32LE(table.length, 12)
  return Buffer.concat([head, table, Buffer.from(contents)])
}

it('a package as it should be has no problems', () => {
  expect(problemsOf(() => {})).toEqual([])
})

const faults: readonly (readonly [string, (draft: Package) => void, RegExp])[] = [
  [
    'a worker left out',
    (p) => delete p.inside['out/main/store-worker.js'],
    /store-worker.*missing/,
  ],
  ['a source map', (p) => (p.inside['out/main/index.js.map'] = ''), /is a source map/],
  ['a source', (p) => (p.inside['out/main/index.ts'] = ''), /is a source/],
  ['a file from elsewhere', (p) => (p.inside['src/main/index.js'] = ''), /does not belong there/],
  [
    'sources of SQLite',
    (p) => (p.inside['node_modules/better-sqlite3/deps/a.c'] = ''),
    /compiling/,
  ],
  [
    'an unbundled package',
    (p) => (p.inside['node_modules/zod/index.js'] = ''),
    /zod was not bundled/,
  ],
  ['a native part inside', (p) => (p.inside['node_modules/better-sqlite3/a.node'] = ''), /inside/],
  ['SQLite left out', (p) => delete p.outside[SQLITE], /linux-x64\.node is missing/],
  [
    'the keyring left out',
    (p) => delete p.outside[`node_modules/${KEYRING}/keyring.linux-x64-gnu.node`],
    /keyring is missing/,
  ],
  [
    "another platform's binary",
    (p) => (p.outside['node_modules/better-sqlite3/prebuilds/win32-x64.node'] = ''),
    /for nothing/,
  ],
  ['no notices', (p) => delete p.beside['THIRD_PARTY.md'], /THIRD_PARTY\.md is missing/],
  [
    'no notices of the crates',
    (p) => delete p.inside[`node_modules/${KEYRING}/LICENSE.third-party.md`],
    /crates are missing/,
  ],
  [
    'an old version',
    (p) => (p.inside['package.json'] = JSON.stringify({ ...MANIFEST, version: '1.2.2' })),
    /version is 1\.2\.2/,
  ],
  [
    'scripts in package.json',
    (p) => (p.inside['package.json'] = JSON.stringify({ ...MANIFEST, scripts: { a: 'b' } })),
    /carries scripts/,
  ],
  ['a fuse that is on', (p) => (p.fuses = `1${p.fuses.slice(1)}`), /runAsNode is "1", wanted off/],
]
it.each(faults)('finds %s', (_, change, message) => {
  const problems = problemsOf(change)
  expect(problems.length).toBeGreaterThan(0)
  expect(problems.join('\n')).toMatch(message)
})

it('says that there is no archive', () => {
  const expected = { binary: '', platform: 'linux', arch: 'x64', version: '1.2.3' }
  expect(inspectPackage(join(folder, 'nothing'), expected).problems).toEqual([
    'there is no app.asar',
  ])
})
