import { expect, test } from 'vitest'
import { chartAt } from '../../../../src/main/electron/alert-notices.ts'
import { placeIn } from '../../../../src/renderer/features/alerts/address.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'

test('the page understands where the shell sends it', () => {
  const place = { market: 'kraken:BTC/USD+x' as MarketId, at: epochMs(1_800_000_000_123) }
  expect(placeIn(chartAt(place))).toEqual(place)
  expect(placeIn('#chart?market=okx%3ABTC-USDT')).toEqual({ market: 'okx:BTC-USDT', at: null })
  for (const other of ['', '#', '#chart', '#chart?at=5', '#alerts?market=x'])
    expect(placeIn(other)).toBeNull()
  expect(placeIn('#chart?market=x&at=soon')).toEqual({ market: 'x', at: null })
})
