import { describe, expect, it } from 'vitest'
import { type OptionSpecs, readOptions } from '../../../src/main/cli/arguments.ts'
import { duration, instant, market, port } from '../../../src/main/cli/values.ts'

const specs: OptionSpecs = {
  'data-dir': { value: 'D', required: true, help: '' },
  market: { value: 'M', multiple: true, help: '' },
  demo: { help: '' },
}
const read = (line: string) => readOptions(specs, line.split(' ').filter(Boolean))

describe('options', () => {
  it('reads values, switches and repeated options in any order', () => {
    const given = read('--market a:B-C --demo --data-dir=/x --market d:E-F')
    expect(given.required('data-dir')).toBe('/x')
    expect(given.all('market')).toEqual(['a:B-C', 'd:E-F'])
    expect(given.has('demo')).toBe(true)
    expect(read('--data-dir x').has('demo')).toBe(false)
    expect(read('--data-dir x').text('market')).toBeUndefined()
  })

  it.each([
    ['', '--data-dir is missing'],
    ['--demo', '--data-dir is missing'],
    ['--data-dir', '--data-dir needs a value: --data-dir D'],
    ['--data-dir --demo', '--data-dir needs a value: --data-dir D'],
    ['--data-dir=', '--data-dir needs a value: --data-dir D'],
    ['--data-dir a --data-dir b', '--data-dir is given twice'],
    ['--data-dir a --demo=yes', '--demo takes no value'],
    ['--data-dir a stray', '"stray" is not an option'],
    ['--data-dir a --fly', '--fly is not known; allowed: --data-dir, --market, --demo'],
    ['--data-dir a -x', '-x is not known; allowed: --data-dir, --market, --demo'],
    [
      '--data-dir a --constructor',
      '--constructor is not known; allowed: --data-dir, --market, --demo',
    ],
    ['--data-dir a --no-demo', '--no-demo is not known; allowed: --data-dir, --market, --demo'],
  ])('refuses "%s"', (line, message) => {
    expect(() => read(line)).toThrow(message)
  })

  it('takes a value that begins with dashes when it is tied to its option', () => {
    expect(read('--data-dir=--odd').required('data-dir')).toBe('--odd')
  })
})

describe('values', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
  ])('duration %s', (text, ms) => expect(duration('for', text)).toBe(ms))

  it.each(['', '30', 's', '1.5s', '-1s', '0s', '10d', '30 s', '999999999h'])(
    'no duration: "%s"',
    (text) => expect(() => duration('for', text)).toThrow('--for'),
  )

  it.each([
    ['0', 0],
    ['1700000000123', 1_700_000_000_123],
    ['2023-11-14T22:13:20Z', 1_700_000_000_000],
    ['2023-11-14T22:13:20.123Z', 1_700_000_000_123],
    ['2023-11-14T22:13:20', 1_700_000_000_000],
    ['2023-11-14T23:13:20+01:00', 1_700_000_000_000],
    ['2023-11-14', 1_699_920_000_000],
  ])('instant %s', (text, ms) => expect(instant('from', text)).toBe(ms))

  it.each(['', 'yesterday', '1700000000', '1700000000123456', '2023', '2023-13-01', '14.11.2023'])(
    'no instant: "%s"',
    (text) => expect(() => instant('from', text)).toThrow('--from'),
  )

  it.each(['-1', '65536', '80a', '', '1e3'])('no port: "%s"', (text) =>
    expect(() => port('port', text)).toThrow('allowed: 0 to 65535'),
  )

  it('spells a market as the tape does', () => {
    expect(market('market', 'OKX:btc-usdt')).toBe('okx:BTC-USDT')
    expect(() => market('market', 'BTCUSDT')).toThrow('write venue:BASE-QUOTE')
  })
})
