import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const out = mkdtempSync(join(tmpdir(), 'tapedeck-dist-test-'))
afterAll(() => rmSync(out, { recursive: true, force: true }))

/** What scripts/dist.mjs prints; its own checks are in `problems`. */
interface Packed {
  readonly ok: boolean
  readonly packages: readonly string[]
  readonly natives: readonly string[]
  readonly problems: readonly string[]
}

const dist = (
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['scripts/dist.mjs', ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })

// macOS and Windows targets rewrite real binaries, so a stand-in cannot be packed there.
test.skipIf(process.platform !== 'linux')(
  'the package holds the build, this platform’s native parts and nothing else, and it starts (Linux only: the stand-in for Electron has its layout)',
  { timeout: 60_000 },
  async () => {
    const { code, stdout, stderr } = await dist('--dir', '--stand-in', '--out', out)
    expect(stdout, stderr).not.toBe('')
    const packed = JSON.parse(stdout) as Packed
    expect(packed.problems).toEqual([])
    expect(packed.ok).toBe(true)
    expect(code).toBe(0)
    expect(packed.packages).toContain('better-sqlite3')
    expect(packed.natives).toHaveLength(2)
  },
)

test('a stand-in is refused for installers, in one line', async () => {
  const { code, stdout, stderr } = await dist('--stand-in')
  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(stderr.trim().split('\n')).toEqual([
    'tapedeck: --stand-in goes with --dir. An installer of it would not start',
  ])
})
