import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { LONGEST_EXPRESSION, parseCondition } from '../../../../src/shared/alerts/parse.ts'
import { printCondition } from '../../../../src/shared/alerts/print.ts'
import type { ExpressionProblem } from '../../../../src/shared/alerts/problem.ts'
import { anyCondition } from './conditions.ts'

const canonical = (text: string): string => {
  const parsed = parseCondition(text)
  return parsed.ok ? printCondition(parsed.condition) : parsed.problem.message
}

const problem = (text: string): ExpressionProblem => {
  const parsed = parseCondition(text)
  if (parsed.ok) throw new Error(`${text} was read`)
  return parsed.problem
}

describe('an expression', () => {
  test.each([
    'binance:BTC-USDT price crosses above 61200',
    'okx:ETH-USDT move 5m > 2%',
    'binance:BTC-USDT volume 1m zscore 1h > 4',
    'binance:BTC-USDT trades 10s > 500',
    'binance:BTC-USDT trade size > 5',
    'binance:BTC-USDT trade value >= 1000000',
    'binance:BTC-USDT imbalance 1m < -0.6',
    'binance:BTC-USDT cvd 5m beyond 100',
    'binance:BTC-USDT rsi 1m < 30',
    'binance:BTC-USDT rsi(9, 1m) crosses below 30',
    'binance:BTC-USDT deviation sma(20, 1m) > 1.5%',
    'binance:BTC-USDT deviation vwap(1h) beyond 1.5%',
    'spread(binance:BTC-USDT, okx:BTC-USDT) > 0.3%',
    'spread(binance:BTC-USDT, okx:BTC-USDT, bybit:BTC-USDT) beyond 0.3%',
    'okx:BTC-USDT-PERP latency > 2s',
    'okx:BTC-USDT stale > 30s or okx:BTC-USDT silent > 1m',
    'okx:BTC-USDT gap',
    'okx:BTC-USDT ai anomaly',
    'okx:BTC-USDT ai anomaly > 0.8',
    'okx:BTC-USDT gap and (okx:BTC-USDT price < 1 or okx:BTC-USDT price >= 1500ms)',
  ])('%s is its own canonical text, or says what is wrong', (text) => {
    if (text.endsWith('ms)')) expect(problem(text).code).toBe('unit')
    else expect(canonical(text)).toBe(text)
  })

  test.each([
    ['OKX:btc-usdt PRICE Above 5', 'okx:BTC-USDT price > 5'],
    ['okx:BTC-USDT price below 5', 'okx:BTC-USDT price < 5'],
    ['okx:BTC-USDT rsi(14, 60s)<30', 'okx:BTC-USDT rsi 1m < 30'],
    ['okx:BTC-USDT stale > 1.1s', 'okx:BTC-USDT stale > 1100ms'],
    ['okx:A-B price > 1e-7', 'okx:A-B price > 0.0000001'],
    ['okx:A-B gap and okx:C-D gap or okx:E-F gap', '(okx:A-B gap and okx:C-D gap) or okx:E-F gap'],
    ['((okx:A-B gap))', 'okx:A-B gap'],
    ['"okx:A(1),B-USDT" gap', '"okx:A(1),B-USDT" gap'],
    ['okx:币安人生-USDT gap', 'okx:币安人生-USDT gap'],
  ])('%s → %s', (text, expected) => expect(canonical(text)).toBe(expected))

  it('is the condition that it was printed from', () => {
    fc.assert(
      fc.property(anyCondition, (condition) => {
        const text = printCondition(condition)
        fc.pre(text.length <= LONGEST_EXPRESSION)
        expect(parseCondition(text)).toEqual({ ok: true, condition })
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a problem points at its place and helps', () => {
  test.each([
    ['a:b-c prise > 5', 6, 11, 'did you mean price?'],
    ['a:b-c price > 61,200', 16, 17, 'write 61200, without comma'],
    ['a:b-c price > 5 adn a:b-c gap', 16, 19, 'did you mean and?'],
    ['price > 5', 0, 5, 'name the market first: venue:BASE-QUOTE price …'],
    ['a:b-c move 5m > 2', 16, 17, 'write 2%'],
    ['a:b-c price > 2%', 14, 16, 'write 2'],
    ['a:b-c stale > 30', 14, 16, 'write 30s'],
    ['a:b-c trade size < 5', 17, 18, 'write >'],
    ['a:b-c price > 5x', 15, 16, 'units are ms, s, m, h, d and %'],
    ['a:b-c price = 5', 12, 13, 'write >=, <= or crosses'],
    ['"a:b-c', 0, 1, 'the quotation mark is not closed'],
    ['a:b- gap', 0, 4, null],
    ['(a:b-c gap', 10, 10, null],
    ['a:b-c volume 2d > 3', 13, 15, null],
    ['a:b-c volume 0s > 3', 13, 15, null],
    ['a:b-c volume 0.5ms > 3', 13, 18, null],
    ['a:b-c volume 1m zscore 2m > 1', 23, 25, null],
    ['a:b-c rsi(1, 1m) > 1', 10, 11, null],
    ['a:b-c deviation sma(20, 2d) > 1%', 24, 26, null],
    ['spread(a:b-c, a:b-c) > 1%', 14, 19, null],
    ['a:b-c price > 1e999', 14, 19, null],
    ['', 0, 0, null],
  ])('%s', (text, start, end, hint) => {
    expect(problem(text)).toMatchObject({ start, end, hint })
  })

  it('says what was expected', () => {
    expect(problem('a:b-c price').expected).toContain('crosses')
    expect(problem('a:b-c volume 5 > 3').expected).toEqual(['a duration like 5m'])
  })

  it('refuses what is too long or too deep', () => {
    expect(problem(`a:b-c gap${' '.repeat(LONGEST_EXPRESSION)}`).code).toBe('length')
    expect(problem(`${'('.repeat(33)}a:b-c gap${')'.repeat(33)}`)).toMatchObject({
      code: 'depth',
      start: 32,
    })
    expect(canonical(`${'('.repeat(32)}a:b-c gap${')'.repeat(32)}`)).toBe('a:B-C gap')
  })
})

describe('any text', () => {
  const scraps = fc.constantFrom(
    ...[
      '(',
      ')',
      ',',
      '"',
      '\\',
      '>',
      '>=',
      ' ',
      '\n',
      '5m',
      '2%',
      '61200',
      '-',
      '.',
      '1e9',
      ' and ',
    ],
    ...[
      'or',
      'price',
      'move',
      'volume',
      'zscore',
      'spread(',
      'a:b-c',
      'rsi',
      'trade size',
      'ai x',
      '=',
      'é',
    ],
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(scraps, { maxLength: 60 }).map((parts) => parts.join('')),
    fc.array(scraps, { maxLength: 60 }).map((parts) => parts.join(' ')),
  )

  it('gives a condition or a problem within the text, and never throws', () => {
    fc.assert(
      fc.property(text, (given) => {
        const parsed = parseCondition(given)
        if (parsed.ok) return
        expect(parsed.problem.message).not.toBe('')
        expect(parsed.problem.start).toBeGreaterThanOrEqual(0)
        expect(parsed.problem.end).toBeGreaterThanOrEqual(parsed.problem.start)
        expect(parsed.problem.end).toBeLessThanOrEqual(given.length)
      }),
      { numRuns: 5_000 },
    )
  })

  test.each([
    '(',
    '"',
    ')',
    'a',
    '1',
    '-',
    '.',
    '>',
    'a:b-c gap or ',
    'a:b-',
    '"\\"',
    '1e',
    'spread(',
  ])('of 10 kB of %s is read or refused at once', (scrap) => {
    for (const length of [LONGEST_EXPRESSION, 10_240]) {
      const given = scrap.repeat(length).slice(0, length)
      parseCondition(given)
      const times = Array.from({ length: 5 }, () => {
        const before = performance.now()
        parseCondition(given)
        return performance.now() - before
      })
      // Some milliseconds; the bound only tells a parser that hangs, whatever else the machine does.
      expect(Math.min(...times)).toBeLessThan(500)
    }
  })
})
