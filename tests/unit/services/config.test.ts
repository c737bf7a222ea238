import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { engineConfig, parseConfig } from '../../../src/main/services/config.ts'
import { configJsonSchema } from '../../../src/main/services/config-schema.ts'
import { venues } from '../../../src/main/venues/index.ts'

const known = ['binance', 'bybit', 'okx']
const parse = (value: unknown) => parseConfig(JSON.stringify(value), 'config.json', known)
const MARKETS = 'a list of markets, as ["okx:BTC-USDT"]'
const MARKET = 'a market, written venue:BASE-QUOTE as in okx:BTC-USDT'
const TOP = 'allowed: markets, venues, batch, storage, latencyWindowSeconds, load'

describe('config', () => {
  it('takes all that is documented', () => {
    const full = {
      $schema: './config.schema.json',
      markets: ['okx:BTC-USDT', 'Binance:eth-usdt'],
      venues: { okx: { ws: 'ws://127.0.0.1:9/ws', rest: 'https://x.example', enabled: true } },
      batch: { size: 500, ms: 100 },
      storage: {
        budgetBytes: 50_000_000_000,
        keepDays: 90,
        keepDaysByMarket: { 'okx:BTC-USDT': 365 },
      },
      latencyWindowSeconds: 60,
      load: { cpuPercent: 50, memoryMegabytes: null },
    }
    expect(parse(full)).toEqual({ ok: true, value: full })
    expect(parse({})).toEqual({ ok: true, value: {} })
  })

  it.each([
    [{ venues: { okx: { wss: 'x' } } }, 'venues.okx.wss is not known; allowed: enabled, ws, rest'],
    [{ venues: { okex: {} } }, 'venues.okex is not known; allowed: binance, bybit, okx'],
    [{ market: [] }, `market is not known; ${TOP}`],
    [{ batch: { count: 1 } }, 'batch.count is not known; allowed: size, ms'],
    [{ markets: 'okx:BTC-USDT' }, `markets must be ${MARKETS}; it is "okx:BTC-USDT"`],
    [{ markets: ['okx:A-B', 1] }, `markets[1] must be ${MARKET}; it is 1`],
    [{ markets: ['BTCUSDT'] }, `markets[0] must be ${MARKET}; it is "BTCUSDT"`],
    [
      { markets: ['kraken:BTC-USD'] },
      'markets[0] names the venue kraken, which is not known; allowed: binance, bybit, okx',
    ],
    [
      { venues: { okx: { ws: 'https://x' } } },
      'venues.okx.ws must be an address that begins with ws:// or wss://; it is "https://x"',
    ],
    [
      { venues: { okx: { rest: 'ws://x' } } },
      'venues.okx.rest must be an address that begins with http:// or https://; it is "ws://x"',
    ],
    [{ venues: { okx: { rest: 'http://' } } }, 'venues.okx.rest must be an address'],
    [
      { venues: { okx: { enabled: 'yes' } } },
      'venues.okx.enabled must be true or false; it is "yes"',
    ],
    [{ venues: [] }, 'venues must be an object with a key for each venue'],
    [{ batch: { size: 0 } }, 'batch.size must be a whole number of trades, 1 to 50000; it is 0'],
    [
      { batch: { ms: 901 } },
      'batch.ms must be a whole number of milliseconds, 10 to 900; it is 901',
    ],
    [{ batch: null }, 'batch must be an object with size and ms; it is null'],
    [
      { storage: { budgetBytes: 5 } },
      'storage.budgetBytes must be a whole number of bytes, 1000000 or more; it is 5',
    ],
    [{ storage: { budget: 5 } }, 'storage.budget is not known; allowed: budgetBytes, keepDays'],
    [{ storage: { keepDays: 0 } }, 'storage.keepDays must be a whole number of days, 1 to 36500'],
    [
      { storage: { keepDaysByMarket: { 'okx:BTC-USDT': 1.5 } } },
      'storage.keepDaysByMarket.okx:BTC-USDT must be a whole number of days, 1 to 36500; it is 1.5',
    ],
    [{ storage: { keepDaysByMarket: { btc: 1 } } }, 'storage.keepDaysByMarket'],
    [{ latencyWindowSeconds: 1.5 }, 'latencyWindowSeconds must be a whole number of seconds'],
    [{ load: { cpu: 1 } }, 'load.cpu is not known; allowed: cpuPercent, memoryMegabytes'],
    [
      { load: { memoryMegabytes: 64 } },
      'load.memoryMegabytes must be a whole number of megabytes, 128 to 1000000, or null; it is 64',
    ],
    [[], 'the whole must be an object; it is []'],
    [{ markets: 'x'.repeat(500) }, 'xxx…'],
  ])('refuses %j', (value, message) => {
    const parsed = parse(value)
    expect(parsed.ok).toBe(false)
    if (parsed.ok) return
    expect(parsed.failure.message).toContain('config.json: ')
    expect(parsed.failure.message).toContain(message)
    expect(parsed.failure.message).not.toContain('\n')
    expect(parsed.failure.message.length).toBeLessThan(200)
  })

  it('names the place where JSON ends to be JSON, in one line', () => {
    const parsed = parseConfig('{\n  "markets": [,]\n}', 'config.json', known)
    expect(parsed.ok ? '' : parsed.failure.message).toMatch(/^config.json: this is not JSON: .+$/)
  })

  it('is not fooled by keys that every object has', () => {
    const parsed = parseConfig('{"__proto__":{"markets":[]}}', 'config.json', known)
    expect(parsed.ok ? '' : parsed.failure.message).toContain('__proto__ is not known')
  })

  it('fills up the storage limits and spells markets as the program does', () => {
    const parsed = parse({ storage: { keepDaysByMarket: { 'OKX:btc-usdt': 7 } } })
    const given = { dataDir: '/d', demo: false, onlyTheseMarkets: false } as const
    const about = { version: '1', shell: 'browser', logLevel: 'info' } as const
    expect(parsed.ok && engineConfig(parsed.value, { ...given, ...about }).storage).toEqual({
      budgetBytes: null,
      keepDays: null,
      keepDaysByMarket: { 'okx:BTC-USDT': 7 },
    })
  })

  it('leaves out of the engine config what was not set', () => {
    const parsed = parse({ venues: { okx: { rest: 'http://x.example/api//' } } })
    const given = {
      dataDir: '/d',
      demo: false,
      onlyTheseMarkets: false,
      version: '1',
      shell: 'browser',
      logLevel: 'info',
    } as const
    expect(parsed.ok && engineConfig(parsed.value, given)).toEqual({
      ...given,
      markets: [],
      venues: { okx: { rest: 'http://x.example/api' } },
    })
  })

  it('hands over the caps, none for what is left out', () => {
    const given = {} as Parameters<typeof engineConfig>[1]
    const parsed = parse({ load: { cpuPercent: 50 } })
    expect(parsed.ok && engineConfig(parsed.value, given).load).toEqual({
      cpuPercent: 50,
      memoryMegabytes: null,
    })
  })

  // After a change of the schema: UPDATE_SCHEMA=1 vitest run tests/unit/services/config.test.ts,
  // then npm run format.
  it('is published as the JSON schema of resources/', () => {
    const file = new URL('../../../resources/config.schema.json', import.meta.url)
    const schema = configJsonSchema(venues.map(({ id }) => id))
    if (process.env.UPDATE_SCHEMA === '1')
      writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema)
  })
})
