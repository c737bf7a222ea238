import { expect } from 'vitest'
import type { RestTrade } from '../../src/main/venues/venue.ts'
import type { Reading, ReadTrade } from './reading.ts'

const isMillis = (time: unknown): boolean =>
  typeof time === 'number' && Number.isInteger(time) && time >= 1e12 && time < 1e13

const isMicros = (micros: number): boolean =>
  Number.isInteger(micros) && micros >= 0 && micros <= 999

/** A match as the rest of the program may rely on it, from the stream or from REST. */
export function expectGoodMatch(trade: RestTrade): void {
  expect(trade.id).toMatch(/^[\w-]{1,64}$/)
  for (const decimal of [trade.price, trade.qty]) {
    expect(decimal).toMatch(/^\d+(\.\d+)?([eE][+-]?\d{1,3})?$/)
    expect(Number(decimal.replace(/e.*$/i, ''))).toBeGreaterThan(0)
  }
  expect(['buy', 'sell']).toContain(trade.side)
  expect(isMillis(trade.time)).toBe(true)
  const { micros = 0, matches = 1, seq = 1 } = trade
  expect(isMicros(micros)).toBe(true)
  expect(Number.isSafeInteger(matches) && matches >= 1).toBe(true)
  expect(Number.isSafeInteger(seq) && seq >= 0).toBe(true)
}

export function expectGoodTrade(trade: ReadTrade): void {
  expect(typeof trade.symbol).toBe('string')
  expect(trade.symbol).not.toBe('')
  expectGoodMatch({ ...trade, side: trade.side as RestTrade['side'], ...trade.extra })
  expect(isMillis(trade.extra?.pushed ?? trade.time)).toBe(true)
  expect([undefined, true]).toContain(trade.extra?.snapshot)
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

/** Arguments of the sink's other calls. */
const GOOD: Readonly<Record<string, (args: readonly unknown[]) => boolean>> = {
  trade: () => true,
  newest: ([symbol, seq, time]) =>
    typeof symbol === 'string' && symbol !== '' && Number.isSafeInteger(seq) && isMillis(time),
  ready: () => true,
  accepted: ([request, symbols = []]) => typeof request === 'string' && isTexts(symbols),
  refused: ([reason, symbols = [], request = '']) =>
    typeof reason === 'string' && isTexts(symbols) && typeof request === 'string',
  pong: ([clock]) => {
    if (clock === undefined) return true
    const { request, inMicros, outMicros } = clock as Record<string, unknown>
    return typeof request === 'string' && Number(inMicros) > 1e15 && Number(outMicros) > 1e15
  },
  reply: ([frame]) => typeof frame === 'string' && frame !== '',
  closing: ([reason]) => typeof reason === 'string',
}

/** Whatever a frame was taken for: every call has the arguments that its readers rely on. */
export function expectGoodReading(read: Reading): void {
  for (const trade of read.trades) expectGoodTrade(trade)
  for (const [name, ...args] of read.calls)
    expect(GOOD[String(name)]?.(args), JSON.stringify([name, ...args])).toBe(true)
}

/** Whether a JSON text holds this value as a text or a number of exactly these characters. */
export const holds = (json: string, value: string): boolean =>
  new RegExp(`[":,\\[\\s]${value.replace(/[.+]/g, '\\$&')}[",}\\]\\s]`).test(json)
