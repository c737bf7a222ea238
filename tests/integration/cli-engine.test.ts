import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createClient } from '../../src/shared/rpc/client.ts'
import type { Port } from '../../src/shared/rpc/port.ts'
import { createTestFolder } from '../unit/cli/test-folder.ts'
import { jsonLines, type Run, runCli } from './cli-process.ts'

const folder = createTestFolder()
const running: Run[] = []
afterEach(async () => {
  for (const run of running.splice(0)) {
    run.child.kill('SIGKILL')
    await run.code
  }
})

const start = (args: readonly string[]): Run => {
  const run = runCli(args)
  running.push(run)
  return run
}

/** Waits for the first line of a program and answers with it. */
async function ready(run: Run): Promise<Record<string, unknown>> {
  await vi.waitFor(() => expect(run.out(), run.err()).toContain('\n'), { timeout: 45_000 })
  const [line] = jsonLines(run.out())
  expect(line?.event).toBe('ready')
  return line ?? {}
}

/** A browser's half of the wire, in a few lines. */
function portOver(socket: WebSocket): Port {
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    onMessage: (listener) =>
      void socket.on('message', (data) => listener(JSON.parse(String(data)))),
    onClose: (listener) => void socket.on('close', listener),
    close: () => socket.close(),
  }
}

describe('serve', () => {
  it('shows the tape to who holds the key, and stops with every trade written', async () => {
    const data = ['--data-dir', join(folder, 'serve')]
    const run = start(['serve', ...data, '--demo'])
    const url = new URL(String((await ready(run)).url))
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(303)
    expect((await fetch(url.origin)).status).toBe(401)

    const socket = new WebSocket(`ws://${url.host}/ws${url.search}`)
    await new Promise((resolve) => socket.on('open', resolve))
    const api = createClient(portOver(socket))
    const info = await api.call('app.info', {})
    expect(info.ok && info.value).toMatchObject({ demo: true, shell: 'browser' })
    const trades = new Promise<number>((resolve) =>
      api.subscribe('engine.status', {}, (status) => {
        if (status.trades > 0) resolve(status.trades)
      }),
    )
    expect(await trades).toBeGreaterThan(0)

    const closed = new Promise((resolve) => socket.on('close', resolve))
    run.child.kill('SIGTERM')
    expect(await run.code).toBe(0)
    expect([1001, 1006]).toContain(await closed)
    const stopped = jsonLines(run.out()).at(-1)
    expect(stopped).toEqual({ event: 'stopped', trades: expect.any(Number) })
    const log = jsonLines(run.err())
    expect(log.filter(({ level }) => level === 'error')).toEqual([])
    expect(run.err()).not.toContain(url.searchParams.get('token'))

    const exported = start(['export', ...data, '--demo', '--format', 'ndjson'])
    expect(await exported.code).toBe(0)
    expect(jsonLines(exported.out())).toHaveLength(Number(stopped?.trades))
  })

  it('leaves a tape alone that another process writes', async () => {
    const data = ['serve', '--data-dir', join(folder, 'twice'), '--demo']
    const first = start(data)
    await ready(first)
    const second = start(data)
    expect(await second.code).toBe(1)
    expect(second.out()).toBe('')
    expect(jsonLines(second.err()).at(-1)).toMatchObject({ level: 'error', event: 'engine-failed' })
    first.child.kill('SIGINT')
    expect(await first.code).toBe(0)
  })
})

describe('record and simulate', () => {
  it('record what the venue sent, all of it, until --for is over', async () => {
    const venue = start(['simulate', '--venue', 'okx', '--rate', '100'])
    const { ws, rest } = await ready(venue)
    const config = join(folder, 'config.json')
    writeFileSync(
      config,
      JSON.stringify({ markets: ['okx:BTC-USDT'], venues: { okx: { ws, rest } } }),
    )
    const data = ['--data-dir', join(folder, 'record')]
    const run = start(['record', ...data, '--config', config, '--for', '2s'])
    expect(await ready(run)).toEqual({ event: 'ready' })
    expect(await run.code, run.err()).toBe(0)
    const stopped = jsonLines(run.out()).at(-1)
    expect(Number(stopped?.trades)).toBeGreaterThan(0)

    const doctor = start(['doctor', '--json', '--config', config])
    expect(await doctor.code).toBe(0)
    const checks = jsonLines(doctor.out())
    for (const name of ['venue:okx', 'clock'])
      expect(checks.find(({ check }) => check === name)).toMatchObject({ status: 'ok' })

    venue.child.kill('SIGTERM')
    expect(await venue.code).toBe(0)
    const sent = jsonLines(venue.out()).at(-1)
    expect(sent?.trades).toBeGreaterThanOrEqual(Number(stopped?.trades))

    const stats = start(['stats', ...data])
    expect(await stats.code).toBe(0)
    expect(jsonLines(stats.out())).toMatchObject([
      { market: 'okx:BTC-USDT', trades: stopped?.trades },
      { event: 'total', markets: 1, trades: stopped?.trades },
    ])
  })
})
