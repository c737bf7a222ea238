// npm run dist: installers for this platform, then a look at what is in them.
//   --dir        only the unpacked folder, no installer
//   --stand-in   with a stand-in for Electron: checks the packing where Electron cannot be fetched
//   --out D      where to (default: release)
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fetchElectron } from './parts/electron.mjs'
import { inspectPackage } from './parts/package-layout.mjs'
import { startProblems } from './parts/packed-start.mjs'
import { run, toolEnvironment } from './parts/process.mjs'
import { at } from './parts/root.mjs'
import { oneLine, Problem, runMain, say, withoutColours } from './parts/say.mjs'
import { makeStandIn, standInObstacle } from './parts/stand-in.mjs'
import { prepare } from './setup.mjs'

const BUILDER = at('node_modules', 'electron-builder', 'cli.js')

runMain(async () => {
  const { dir, standIn, out } = distOptions(process.argv.slice(2))
  if (standIn && standInObstacle() !== null) throw new Problem(standInObstacle())
  const { node } = await prepare({ build: true, log: say })
  const scratch = mkdtempSync(join(tmpdir(), 'tapedeck-dist-'))
  try {
    const electron = standIn ? standInFolder(scratch) : await electronFolder()
    await pack(node, { dir, out, electron })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return report(node, out, standIn)
})

function distOptions(argv) {
  const options = { dir: false, standIn: false, out: at('release') }
  for (let index = 0; index < argv.length; index += 1) {
    if (argv[index] === '--dir') options.dir = true
    else if (argv[index] === '--stand-in') options.standIn = true
    else if (argv[index] === '--out' && argv[index + 1]) options.out = resolve(argv[++index])
    else throw new Problem(`${argv[index]} is not known`, 'There are: --dir, --stand-in, --out D')
  }
  if (options.standIn && !options.dir)
    throw new Problem('--stand-in goes with --dir', 'An installer of it would not start')
  return options
}

function standInFolder(scratch) {
  const { version } = JSON.parse(
    readFileSync(at('node_modules', 'electron', 'package.json'), 'utf8'),
  )
  makeStandIn(scratch, version)
  return scratch
}

async function electronFolder() {
  const reason = await fetchElectron({ log: say, again: true })
  if (reason !== null)
    throw new Problem(
      `no Electron to pack: ${reason}`,
      'With --dir --stand-in the packing is checked',
    )
  return at('node_modules', 'electron', 'dist')
}

async function pack(node, { dir, out, electron }) {
  say(`packing into ${out} …`)
  const config = ['--config', at('electron-builder.config.mjs'), '--publish', 'never']
  const paths = [`-c.electronDist=${electron}`, `-c.directories.output=${out}`]
  const args = [BUILDER, ...(dir ? ['--dir'] : []), `--${process.arch}`, ...config, ...paths]
  const logFile = at('.cache', 'dist.log')
  const { code, output } = await run(node, args, {
    env: toolEnvironment(),
    limitMs: 20 * 60_000,
    keepIn: logFile,
  })
  if (code === 0) return
  const line = withoutColours(output)
    .split('\n')
    .find((text) => /⨯|error/i.test(text))
  throw new Problem(
    `electron-builder failed: ${oneLine((line ?? output).replace(/^\s*⨯\s*|\s+failedTask=.*$/g, ''))}`,
    `See ${logFile}`,
  )
}

/** One JSON line of what was packed; exit code 1 when something is not as it should be. */
async function report(node, out, standIn) {
  const { folder, resources, binary } = unpacked(out)
  const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'))
  const expected = { binary, platform: process.platform, arch: process.arch, version }
  const found = inspectPackage(resources, expected)
  if (found.problems.length === 0)
    found.problems.push(...(await startProblems(node, join(resources, 'app.asar'))))
  const line = { ok: found.problems.length === 0, folder, standIn, ...found }
  process.stdout.write(`${JSON.stringify(line)}\n`)
  return line.ok ? 0 : 1
}

/** Where electron-builder puts the unpacked app: linux-unpacked, mac-arm64, win-unpacked … */
function unpacked(out) {
  if (process.platform === 'darwin') {
    const name = readdirSync(out).find((entry) => /^mac/.test(entry)) ?? 'mac'
    const contents = join(out, name, 'Tapedeck.app', 'Contents')
    const framework = ['Frameworks', 'Electron Framework.framework', 'Electron Framework']
    return {
      folder: name,
      resources: join(contents, 'Resources'),
      binary: join(contents, ...framework),
    }
  }
  const prefix = process.platform === 'win32' ? 'win' : 'linux'
  const own = process.arch === 'x64' ? `${prefix}-unpacked` : `${prefix}-${process.arch}-unpacked`
  const binary = process.platform === 'win32' ? 'Tapedeck.exe' : 'tapedeck'
  return { folder: own, resources: join(out, own, 'resources'), binary: join(out, own, binary) }
}
