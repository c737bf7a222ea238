import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FakeProject, fakeProject } from './fake-project.ts'

let project: FakeProject
beforeEach(() => {
  project = fakeProject()
})
afterEach(() => project.remove())

/** Where a window could be opened: what is left is the download. */
const DESKTOP = { DISPLAY: ':9' }

describe('set-up', () => {
  test('builds once, and again only when the content of a source changes', async () => {
    await project.start('build.mjs', []).ended
    expect(project.runs('build')).toBe(1)
    project.write('src/main.ts', 'first')
    await project.start('build.mjs', []).ended
    expect(project.runs('build')).toBe(1)
    project.write('src/main.ts', 'second')
    expect((await project.start('build.mjs', []).ended).stderr).toContain('the sources changed')
    expect(project.runs('build')).toBe(2)
  })

  test('two at once build once', async () => {
    const both = [project.start('build.mjs', []), project.start('build.mjs', [])]
    const codes = await Promise.all(both.map(async ({ ended }) => (await ended).code))
    expect(codes).toEqual([0, 0])
    expect(project.runs('build')).toBe(1)
  })

  test('the lock of a process that is gone does not hold anybody up', async () => {
    const gone = project.start('bench.mjs', [])
    await gone.ended
    project.write('.cache/setup.lock', String(gone.child.pid))
    expect((await project.start('build.mjs', []).ended).code).toBe(0)
  })

  test('a build that fails is one line with its reason, and is tried again next time', async () => {
    project.write('src/broken', '')
    const { code, stderr } = await project.start('build.mjs', []).ended
    expect(code).toBe(1)
    expect(stderr.trim().split('\n')).toEqual([
      'tapedeck: building (not built yet) …',
      expect.stringMatching(/^tapedeck: the build failed: Error: src\/broken is broken\. /),
    ])
    rmSync(join(project.folder, 'src/broken'))
    expect((await project.start('build.mjs', []).ended).code).toBe(0)
  })

  test('packages that differ from the lock file are installed; npm’s refusal is one line', async () => {
    project.write(
      'package-lock.json',
      '{ "packages": { "": {}, "node_modules/zod": { "version": "4.0.0" } } }',
    )
    const { code, stdout, stderr } = await project.start('build.mjs', []).ended
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringContaining('npm ci (node_modules/zod is missing)'),
      expect.stringMatching(/npm ci failed: EUSAGE: the lock file does not fit\. /),
    ])
    expect(project.runs('npm')).toBe(1)
  })
})

describe('start', () => {
  test('serves headless with the options that were given', async () => {
    const args = [
      '--headless',
      '--demo',
      '--data-dir=tape',
      '--port',
      '4999',
      '--log-level',
      'error',
    ]
    const app = project.start('start.mjs', args)
    await app.says('"event":"ready"')
    app.child.kill('SIGINT')
    const { stdout } = await app.ended
    const ready = JSON.parse(stdout.split('\n')[0] ?? '') as { readonly args: readonly string[] }
    const folder = join(process.cwd(), 'tape')
    expect(ready.args).toEqual([
      ...['serve', '--data-dir', folder, '--port', '4999', '--demo', '--log-level', 'error'],
    ])
  })

  test.skipIf(process.platform === 'win32')(
    'one press of Ctrl+C by two roads is one signal, and the end is waited for (not on Windows: no signals)',
    async () => {
      const app = project.start('start.mjs', ['--headless'])
      await app.says('"event":"ready"')
      app.child.kill('SIGINT')
      // Of another kind: two of the same that are waiting become one on their own.
      app.child.kill('SIGTERM')
      const { code, stdout, stderr } = await app.ended
      expect(stdout).toContain('{"event":"stopped","signals":1}')
      expect(stderr).not.toContain('it ended before')
      expect(code).toBe(0)
    },
  )

  test.skipIf(process.platform === 'win32')(
    'an end without the last word is said (not on Windows: no signals)',
    async () => {
      project.write(
        'server.mjs',
        `console.log('{"event":"ready","url":"http://x/"}'); setInterval(() => {}, 1000)`,
      )
      const app = project.start('start.mjs', ['--headless'])
      await app.says('"event":"ready"')
      app.child.kill('SIGTERM')
      const { code, stderr } = await app.ended
      expect(stderr).toContain('it ended before it said that everything was written')
      expect(code).toBe(143)
    },
  )

  test.skipIf(process.platform !== 'linux')(
    'a download that fails is one line, is remembered, and --download tries again (Linux only: a display can be pretended)',
    async () => {
      const serve = async (...args: readonly string[]): Promise<string> => {
        const app = project.start('start.mjs', ['--no-sandbox', ...args], DESKTOP)
        await app.says('"event":"ready"')
        app.child.kill('SIGINT')
        return (await app.ended).stderr
      }
      const first = await serve()
      const lines = first.split('\n').filter((line) => line.includes('fetch failed'))
      expect(lines).toHaveLength(1)
      expect(first).not.toContain('at install')
      expect(project.runs('electron')).toBe(1)
      expect(await serve()).toContain('--download tries again')
      expect(project.runs('electron')).toBe(1)
      await serve('--download')
      expect(project.runs('electron')).toBe(2)
    },
  )

  test.skipIf(process.platform !== 'linux')(
    'without a display no download is tried (Linux only)',
    async () => {
      const app = project.start('start.mjs', [])
      await app.says('"event":"ready"')
      app.child.kill('SIGINT')
      expect((await app.ended).stderr).toContain('there is no display here')
      expect(project.runs('electron')).toBe(0)
    },
  )

  test('an option without its value is refused before anything is done', async () => {
    const { code, stderr } = await project.start('start.mjs', ['--data-dir', '--demo']).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/^tapedeck: --data-dir needs a value\. .*\n$/)
    expect(project.runs('build')).toBe(0)
  })
})
