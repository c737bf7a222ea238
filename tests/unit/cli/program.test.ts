import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { commands } from '../../../src/main/cli/commands.ts'
import { venues } from '../../../src/main/venues/index.ts'
import { createTestConsole, createTestRooms, runLine } from './test-console.ts'
import { createTestFolder } from './test-folder.ts'

const folder = createTestFolder()
const wrong = join(folder, 'config.json')
writeFileSync(wrong, '{"venues":{"okx":{"wss":"ws://x"}}}')
const empty = join(folder, 'empty.json')
writeFileSync(empty, '{}')

describe('simulate', () => {
  it('hands everything on, and the first signal', async () => {
    const test = createTestConsole()
    const seen: unknown[] = []
    const rooms = createTestRooms({
      runSimulate: async () => (options, io) => {
        seen.push(options)
        io.print({ event: 'ready' })
        return new Promise((resolve) => io.signal.addEventListener('abort', () => resolve(5)))
      },
    })
    const line =
      `simulate --venue okx,kraken --port 0 --rate 2.5 --seed 7 --tape ${wrong} --speed max` +
      ' --time-scale 10 --journal j --fault cut:every=20s --fault drop:p=0.1'
    const code = runLine(commands, line, test, rooms)
    await vi.waitFor(() => expect(test.lines()).toEqual([{ event: 'ready' }]))
    expect(seen).toEqual([
      {
        venues: ['okx', 'kraken'],
        port: 0,
        rate: 2.5,
        seed: 7,
        tape: wrong,
        speed: 0,
        timeScale: 10,
        journal: 'j',
        faults: ['cut:every=20s', 'drop:p=0.1'],
      },
    ])
    test.signal('SIGTERM')
    expect(await code).toBe(5)
  })
})

describe('the program', () => {
  it.each(['', '--help', '-h', 'help'])('lists every command for "%s"', async (line) => {
    const test = createTestConsole()
    expect(await runLine(commands, line, test)).toBe(0)
    for (const { name } of commands) expect(test.out()).toContain(`  ${name} `)
    expect(test.err()).toBe('')
  })

  it.each(commands.map(({ name }) => name))('%s explains itself', async (name) => {
    const test = createTestConsole()
    expect(await runLine(commands, `${name} --nonsense --help`, test)).toBe(0)
    const options = commands.find((one) => one.name === name)?.options ?? {}
    for (const option of Object.keys(options)) expect(test.out()).toContain(`--${option}`)
  })

  it('prints its version', async () => {
    const test = createTestConsole()
    expect(await runLine(commands, '--version', test)).toBe(0)
    expect(test.out()).toBe('1.2.3\n')
  })

  it.each([
    ['fly', 'tapedeck: fly is not a command; there are: serve, record, export'],
    ['--fly', 'tapedeck: --fly is not a command'],
    ['serve', 'tapedeck serve: --data-dir is missing'],
    ['serve --data-dir x --port many', 'tapedeck serve: --port many is no port'],
    ['serve --data-dir x --host a/b', 'tapedeck serve: --host a/b is no address'],
    ['serve --data-dir x --log-level loud', '--log-level loud is not known; allowed: debug, info'],
    [`serve --data-dir x --config ${folder}/none.json`, 'none.json: there is no such file'],
    [
      `serve --data-dir x --config ${wrong}`,
      'config.json: venues.okx.wss is not known; allowed: enabled, ws, rest',
    ],
    ['record --data-dir x', 'tapedeck record: --config is missing'],
    [`record --data-dir x --config ${empty} --for 3`, '--for 3 is no duration'],
    [`record --data-dir x --config ${empty}`, 'markets is empty, so there is nothing to record'],
    ['export --data-dir x', 'tapedeck export: --format is missing'],
    ['export --data-dir x --format xml', '--format xml is not known; allowed: ndjson, csv'],
    ['export --data-dir x --format csv --market BTC', '--market BTC is no market'],
    ['export --data-dir x --format csv --from now', '--from now is no time'],
    ['export --data-dir x --format csv --from 2024-01-02 --to 2024-01-02', 'must be before --to'],
    ['stats --data-dir x --out y', '--out is not known; allowed: --data-dir, --demo'],
    ['simulate', '--venue is missing'],
    ['simulate --venue mtgox', '--venue mtgox is not known; allowed: binance, okx, bybit'],
    ['simulate --venue okx --rate fast', '--rate fast is out of range; allowed: 0 to 1000000'],
    ['simulate --venue okx --speed 2', '--speed is the pace of a --tape, and there is none'],
    ['simulate --venue okx --tape /none.tape', '--tape /none.tape: there is no such file'],
    ['simulate --venue okx --fault cut', 'Fault "cut": cut needs p=…, at=… or every=…'],
    ['doctor --data-dir', '--data-dir needs a value'],
  ])('answers "%s" with one line and 2', async (line, message) => {
    const test = createTestConsole()
    const rooms = createTestRooms({ venues: async () => venues })
    expect(await runLine(commands, line, test, rooms)).toBe(2)
    expect(test.err()).toContain(message)
    expect(test.err().trimEnd().split('\n')).toHaveLength(1)
    expect(test.out()).toBe('')
  })
})
