import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reason } from '../../../src/main/cli/doctor/check.ts'
import {
  checkBuild,
  checkDatabase,
  checkDisk,
  checkElectron,
  checkNode,
} from '../../../src/main/cli/doctor/machine-checks.ts'
import { checkClock } from '../../../src/main/cli/doctor/venue-checks.ts'
import { fail } from '../../../src/shared/domain/outcome.ts'
import { createTestFolder } from './test-folder.ts'

const folder = createTestFolder()

describe('doctor', () => {
  it('wants Node 24', () => {
    expect(checkNode('24.0.0').status).toBe('ok')
    expect(checkNode('26.1.0').status).toBe('ok')
    expect(checkNode('9.11.2')).toMatchObject({ status: 'fail', hint: expect.any(String) })
    expect(checkNode('22.12.0').status).toBe('fail')
  })

  it('believes the only sure clock and warns only beyond doubt', () => {
    const sample = (offsetMs: number, uncertaintyMs: number) => ({
      venue: 'OKX',
      offsetMs,
      uncertaintyMs,
    })
    expect(checkClock([])).toMatchObject({ status: 'warn' })
    expect(checkClock([sample(9_000, 900), sample(-20, 3)])).toMatchObject({
      status: 'ok',
      message: '20 ms ahead of OKX (± 3 ms)',
    })
    expect(checkClock([sample(250, 30)]).status).toBe('ok')
    expect(checkClock([sample(400, 420)]).status).toBe('ok')
    expect(checkClock([sample(531, 30)])).toMatchObject({
      status: 'warn',
      message: '531 ms behind OKX (± 30 ms)',
    })
  })

  it('holds our clock against the middle of several', () => {
    const told = [1_290, 1_310, -9_999].map((offsetMs) => ({
      venue: 'OKX',
      offsetMs,
      uncertaintyMs: 40,
    }))
    expect(checkClock(told)).toMatchObject({
      status: 'warn',
      message: '1290 ms behind 3 venues (± 40 ms)',
    })
  })

  it('only looks for Electron: it never makes the package fetch it', () => {
    const root = join(folder, 'app')
    const electron = join(root, 'node_modules', 'electron')
    mkdirSync(electron, { recursive: true })
    writeFileSync(join(root, 'package.json'), '{}')
    writeFileSync(join(electron, 'package.json'), '{"name":"electron","main":"index.js"}')
    writeFileSync(join(electron, 'index.js'), 'throw new Error("this would download")')
    writeFileSync(join(electron, 'path.txt'), 'program')
    expect(checkElectron(root, {})).toMatchObject({ status: 'warn' })
    mkdirSync(join(electron, 'dist'))
    writeFileSync(join(electron, 'dist', 'program'), '')
    expect(checkElectron(root, {})).toMatchObject({ status: 'ok' })
    expect(checkElectron(root, { ELECTRON_OVERRIDE_DIST_PATH: '/none' }).status).toBe('warn')
    expect(checkElectron(root, { ELECTRON_EXEC_PATH: process.execPath }).status).toBe('ok')
  })

  it('names what is missing of the build', () => {
    expect(checkBuild(folder).message).toContain('out/main/headless.js and out/renderer/index.html')
  })

  it('tries the disk and leaves nothing there', async () => {
    const data = join(folder, 'data')
    mkdirSync(data)
    expect(await checkDisk(data)).toMatchObject({ check: 'disk', status: 'ok' })
    expect(await checkDisk(join(data, 'to', 'be', 'made'))).toMatchObject({ status: 'ok' })
    expect(readdirSync(data)).toEqual([])
    writeFileSync(join(data, 'file'), '')
    expect(await checkDisk(join(data, 'file'))).toMatchObject({ status: 'fail' })
  })

  it('fails without a database, whichever way it is missing', async () => {
    const broken = await checkDatabase(async () => fail('unavailable', 'no such library'))
    expect(broken).toMatchObject({ status: 'fail', message: 'no such library' })
    const thrown = await checkDatabase(async () => {
      throw new Error('cannot load')
    })
    expect(thrown).toMatchObject({ status: 'fail', message: 'cannot load' })
  })

  it('gets one telling line out of any error', () => {
    expect(reason(new Error('fetch failed', { cause: new Error('no such host') }))).toBe(
      'no such host',
    )
    expect(reason(Object.assign(new Error(''), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED')
    expect(reason(new AggregateError([], ''))).toBe('AggregateError')
    expect(reason('a\nb')).toBe('a b')
  })
})
