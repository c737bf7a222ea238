import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { commands } from '../../../src/main/cli/commands.ts'
import { venues } from '../../../src/main/venues/index.ts'
import { createTestConsole, createTestEngine, createTestRooms, runLine } from './test-console.ts'
import { createTestFolder } from './test-folder.ts'

const folder = createTestFolder()
const config = join(folder, 'config.json')
writeFileSync(
  config,
  JSON.stringify({
    markets: ['okx:BTC-USDT'],
    venues: { okx: { ws: 'ws://127.0.0.1:1/x', rest: 'http://127.0.0.1:1/' } },
    batch: { size: 5 },
  }),
)

/** Starts `record` and waits until it is ready. */
async function recording(extra = '', result?: { trades: number; unwritten: number }) {
  const test = createTestConsole()
  const engine = createTestEngine(result)
  const rooms = createTestRooms({ startEngine: engine.startEngine, venues: async () => venues })
  const line = `record --data-dir ${folder}/data --config ${config} ${extra}`
  const code = runLine(commands, line, test, rooms)
  await vi.waitFor(() => expect(test.lines()).toEqual([{ event: 'ready' }]))
  return { test, engine, code }
}

describe('record', () => {
  it('tells the engine what the config says and nothing more', async () => {
    const { test, engine, code } = await recording()
    expect(engine.options()?.config).toEqual({
      dataDir: join(folder, 'data'),
      demo: false,
      markets: ['okx:BTC-USDT'],
      onlyTheseMarkets: true,
      venues: { okx: { ws: 'ws://127.0.0.1:1/x', rest: 'http://127.0.0.1:1' } },
      batchSize: 5,
      version: '1.2.3',
      shell: 'browser',
      logLevel: 'info',
    })
    test.signal('SIGTERM')
    expect(await code).toBe(0)
  })

  it('stops in good order at the first signal', async () => {
    const { test, engine, code } = await recording()
    test.signal('SIGINT')
    expect(await code).toBe(0)
    expect(engine.calls).toEqual(['start', 'stop'])
    expect(test.lines().at(-1)).toEqual({ event: 'stopped', trades: 7 })
    expect(test.listeners.size).toBe(0)
  })

  it('takes two signals of one key press for one, a later one for force', async () => {
    const { test } = await recording()
    test.signal('SIGINT')
    test.signal('SIGINT')
    expect(test.killed).toEqual([])
    test.advance(300)
    test.signal('SIGINT')
    expect(test.killed).toEqual([130])
  })

  it('counts --for from ready', async () => {
    const { test, engine, code } = await recording('--for 30s')
    test.advance(29_999)
    await Promise.resolve()
    expect(engine.calls).toEqual(['start'])
    test.advance(1)
    expect(await code).toBe(0)
    expect(engine.calls).toEqual(['start', 'stop'])
  })

  it('says how many trades could not be written, with exit code 1', async () => {
    const { test, code } = await recording('', { trades: 10, unwritten: 3 })
    test.signal('SIGTERM')
    expect(await code).toBe(1)
    expect(test.lines().at(-1)).toEqual({ event: 'stopped', trades: 10 })
    expect(test.err()).toContain('3 trades could not be written')
  })

  it('ends with 1 when the engine dies', async () => {
    const { test, engine, code } = await recording()
    engine.options()?.onCrash('it fell over')
    expect(await code).toBe(1)
    expect(test.err()).toContain('it fell over')
  })

  it('ends with 1 when the engine does not start', async () => {
    const test = createTestConsole()
    const rooms = createTestRooms({ venues: async () => venues })
    const line = `record --data-dir ${folder}/data --config ${config}`
    expect(await runLine(commands, line, test, rooms)).toBe(1)
    expect(test.err()).toContain('no engine in this test')
    expect(test.out()).toBe('')
  })

  it('ends with 1 when the data folder cannot be made', async () => {
    const test = createTestConsole()
    const rooms = createTestRooms({ venues: async () => venues })
    const line = `record --data-dir ${config}/below --config ${config}`
    expect(await runLine(commands, line, test, rooms)).toBe(1)
    expect(JSON.parse(test.err())).toMatchObject({ level: 'error', event: 'data-folder' })
  })
})

describe('serve', () => {
  it('is ready with an address of this computer that holds a key', async () => {
    const test = createTestConsole()
    const engine = createTestEngine()
    const rooms = createTestRooms({ startEngine: engine.startEngine })
    const code = runLine(commands, `serve --data-dir ${folder}/data --demo`, test, rooms)
    await vi.waitFor(() => expect(test.lines()).toHaveLength(1))
    const [ready] = test.lines()
    expect(ready?.event).toBe('ready')
    expect(ready?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/)
    expect(engine.options()?.config).toMatchObject({ demo: true, onlyTheseMarkets: false })
    expect(test.err()).not.toContain('open-to-the-network')
    test.signal('SIGTERM')
    expect(await code).toBe(0)
    await expect(fetch(String(ready?.url))).rejects.toThrow()
  })

  it('warns when it is opened to the network', async () => {
    const test = createTestConsole()
    const engine = createTestEngine()
    const rooms = createTestRooms({ startEngine: engine.startEngine })
    const line = `serve --data-dir ${folder}/data --host 0.0.0.0`
    const code = runLine(commands, line, test, rooms)
    await vi.waitFor(() => expect(test.lines()).toHaveLength(1))
    expect(test.err()).toContain('open-to-the-network')
    expect(test.err()).not.toContain(String(test.lines()[0]?.url).slice(-43))
    test.signal('SIGTERM')
    await code
  })

  it('stops the engine when its port is taken', async () => {
    const first = createTestConsole()
    const engine = createTestEngine()
    const rooms = createTestRooms({ startEngine: engine.startEngine })
    const running = runLine(commands, `serve --data-dir ${folder}/data`, first, rooms)
    await vi.waitFor(() => expect(first.lines()).toHaveLength(1))
    const { port } = new URL(String(first.lines()[0]?.url))
    const second = createTestConsole()
    const line = `serve --data-dir ${folder}/data --port ${port}`
    expect(await runLine(commands, line, second, rooms)).toBe(1)
    expect(second.err()).toContain(`Port ${port} is taken`)
    expect(engine.calls).toEqual(['start', 'start', 'stop'])
    first.signal('SIGTERM')
    await running
  })
})
