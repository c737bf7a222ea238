import { describe, expect, it } from 'vitest'
import { mergeTape } from '../../../src/main/pipeline/tape-frames.ts'
import { fuller } from '../../../src/main/services/history.ts'
import { DEFAULTS, SettingsService } from '../../../src/main/services/settings.ts'
import { TAPE_FRAME_TRADES, type TapeFrame } from '../../../src/shared/contract/status.ts'
import type { Candle } from '../../../src/shared/domain/candle.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import type { EpochMs } from '../../../src/shared/domain/time.ts'
import type { Trade } from '../../../src/shared/domain/trade.ts'
import { memoryFile, silent } from './fakes.ts'

const A = 'okx:BTC-USDT' as MarketId

describe('settings', () => {
  it('start from the defaults, then the file, then what was given', () => {
    const { file } = memoryFile(
      '{"batchMs":100,"batchSize":7,"markets":["okx:btc-usdt","rubbish"]}',
    )
    expect(new SettingsService(file, silent, [], { batchSize: 9 }).current).toEqual({
      ...DEFAULTS,
      batchSize: 9,
      batchMs: 100,
      markets: [A],
    })
    expect(new SettingsService(memoryFile().file, silent, [A], {}).current.markets).toEqual([A])
    const emptied = memoryFile('{"markets":[]}')
    expect(new SettingsService(emptied.file, silent, [A], {}).current.markets).toEqual([])
  })

  it('keep storage limits, and refuse those that would delete by accident', () => {
    const limits = { budgetBytes: 5e9, keepDays: null, keepDaysByMarket: { [A]: 30 } }
    const kept = memoryFile(JSON.stringify({ storage: limits }))
    expect(new SettingsService(kept.file, silent, [], {}).current.storage).toEqual(limits)
    for (const wrong of [
      { ...limits, keepDays: 0 },
      { ...limits, budgetBytes: 50 },
      { ...limits, keepDaysByMarket: { btc: 1 } },
      { budgetBytes: null },
    ]) {
      const { file, state } = memoryFile(JSON.stringify({ storage: wrong }))
      expect(new SettingsService(file, silent, [], {}).current.storage).toEqual(DEFAULTS.storage)
      expect(state.aside).toBeDefined()
    }
  })

  it('put an unreadable file aside and go on', () => {
    for (const text of ['{', '[]', '{"batchMs":99999}', '{"colour":1}']) {
      const { file, state } = memoryFile(text)
      expect(new SettingsService(file, silent, [], {}).current.batchMs).toBe(250)
      expect(state.aside).toBe(text)
    }
  })

  it('hold for this run even when they cannot be saved, and say so', () => {
    const { file, state } = memoryFile()
    const settings = new SettingsService(file, silent, [], {})
    state.refuse = true
    expect(settings.set({ batchMs: 500 })).toMatchObject({ ok: false })
    expect(settings.current.batchMs).toBe(500)
  })
})

const bar = (openTime: number, volume: number, source: Candle['source']): Candle => ({
  openTime: openTime as EpochMs,
  open: 1,
  high: 1,
  low: 1,
  close: 1,
  volume,
  buyVolume: 0,
  trades: 1,
  source,
  partial: false,
})

describe('bars of the tape and of the venue', () => {
  it('the fuller one stands, ours when both have all', () => {
    const bars = fuller(
      [bar(1, 5, 'tape'), bar(2, 3, 'tape'), bar(4, 1, 'tape')],
      [bar(1, 5.0000000001, 'venue'), bar(2, 8, 'venue'), bar(3, 2, 'venue')],
    )
    expect(bars.map(({ openTime, source }) => [openTime, source])).toEqual([
      [1, 'tape'],
      [2, 'venue'],
      [3, 'venue'],
      [4, 'tape'],
    ])
  })
})

describe('tape frames', () => {
  const frame = (from: number, count: number, skipped: number): TapeFrame => ({
    market: A,
    trades: Array.from({ length: count }, (_, n) => ({ id: String(from + n) }) as Trade),
    skipped,
    candles: { '1s': [bar(1_000, from, 'tape')], '1m': [] },
    foldedAt: null,
  })

  it('merge to the newest trades and say how many were left out', () => {
    const merged = mergeTape(frame(0, 200, 3), frame(200, 200, 4), TAPE_FRAME_TRADES)
    expect(merged.trades).toHaveLength(TAPE_FRAME_TRADES)
    expect(merged.trades.at(-1)?.id).toBe('399')
    expect(merged.skipped).toBe(7 + 400 - TAPE_FRAME_TRADES)
    expect(merged.candles['1s']).toEqual([bar(1_000, 200, 'tape')])
  })
})
