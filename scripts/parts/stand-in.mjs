import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FUSES, SENTINEL } from './fuses.mjs'

/** Why a stand-in cannot be packed here; null when it can. */
export function standInObstacle() {
  return process.platform === 'linux'
    ? null
    : 'the stand-in for Electron has the layout of Linux only (macOS and Windows rewrite real binaries)'
}

/**
 * A folder that looks like Electron's to electron-builder: enough to pack the app and flip the
 * fuses without the download, not enough to start.
 */
export function makeStandIn(folder, version) {
  mkdirSync(join(folder, 'resources'), { recursive: true })
  mkdirSync(join(folder, 'locales'), { recursive: true })
  const fuses = Buffer.concat([
    Buffer.from(SENTINEL, 'latin1'),
    Buffer.from([1, FUSES.length]),
    Buffer.from('1'.repeat(FUSES.length), 'latin1'),
  ])
  const padding = Buffer.alloc(1024)
  writeFileSync(join(folder, 'electron'), Buffer.concat([padding, fuses, padding]), { mode: 0o755 })
  writeFileSync(join(folder, 'version'), version)
  writeFileSync(join(folder, 'LICENSE'), 'stand-in\n')
  writeFileSync(join(folder, 'LICENSES.chromium.html'), 'stand-in\n')
  writeFileSync(join(folder, 'locales', 'en-US.pak'), '')
}
