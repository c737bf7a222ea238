import { DAY, HOUR, MINUTE, QUARTER } from './coarse-bars.ts'
import type { SqlReader } from './sql-reader.ts'
import { sqlRows } from './stored-bars.ts'

/** Bars that are held against their minutes at once: no page holds a snapshot for long. */
const PAGE = 500
/** Sums of doubles depend on their order, by far less than this. */
const TOLERANCE = 1e-9

/** A kept bar that says other than its minutes. */
export interface WrongBar {
  readonly openTime: number
  readonly message: string
}

/** Holds the kept bars of fifteen minutes, hours and days of a market against its minutes. */
export function* wrongCoarseBars(sql: SqlReader, market: number): Generator<WrongBar> {
  for (const size of [QUARTER, HOUR, DAY]) {
    const name = `the bar of ${size / MINUTE} minutes`
    let after = Number.MIN_SAFE_INTEGER
    for (;;) {
      const rows = sqlRows(sql, pageOf(market, size, after))
      for (const [openTime, right] of rows)
        if (right !== 1)
          yield { openTime: Number(openTime), message: `${name} says other than its minutes` }
      if (rows.length < PAGE) break
      after = Number(rows.at(-1)?.[0])
    }
    const [missing] = sqlRows(sql, missingOf(market, size))
    if (missing !== undefined)
      yield { openTime: Number(missing[0]), message: `${name} is not kept, and not noted as open` }
  }
}

const pageOf = (market: number, size: number, after: number): string => `
  WITH page AS (
    SELECT * FROM candle_coarse WHERE market = ${market} AND size = ${size} AND open_time > ${after}
    ORDER BY open_time LIMIT ${PAGE}
  ), folded AS (
    SELECT page.open_time AS bar, sum(m.trades) AS trades, max(m.high) AS high, min(m.low) AS low,
      sum(m.volume) AS volume, sum(m.buy_volume) AS buy_volume, max(m.partial) AS partial,
      sum(m.trades > 0) AS minutes, sum(m.backfilled) AS backfilled
    FROM page JOIN candle m ON m.market = page.market
      AND m.open_time >= page.open_time AND m.open_time < page.open_time + page.size
    GROUP BY page.open_time
  )
  SELECT page.open_time, coalesce(
    page.trades = folded.trades AND page.high IS folded.high AND page.low IS folded.low
    AND page.partial = folded.partial AND page.minutes = folded.minutes
    AND page.backfilled = folded.backfilled
    AND abs(page.volume - folded.volume) <= ${TOLERANCE} * abs(folded.volume)
    AND abs(page.buy_volume - folded.buy_volume) <= ${TOLERANCE} * abs(folded.volume)
    AND page.open IS (SELECT open FROM candle m WHERE m.market = page.market AND trades > 0
      AND m.open_time >= page.open_time AND m.open_time < page.open_time + page.size
      ORDER BY m.open_time LIMIT 1)
    AND page.close IS (SELECT close FROM candle m WHERE m.market = page.market AND trades > 0
      AND m.open_time >= page.open_time AND m.open_time < page.open_time + page.size
      ORDER BY m.open_time DESC LIMIT 1), 0)
  FROM page LEFT JOIN folded ON folded.bar = page.open_time ORDER BY page.open_time`

const missingOf = (market: number, size: number): string => `
  SELECT m.open_time - m.open_time % ${size} FROM candle m WHERE m.market = ${market}
    AND NOT EXISTS (SELECT 1 FROM candle_coarse c WHERE c.market = m.market AND c.size = ${size}
      AND c.open_time = m.open_time - m.open_time % ${size})
    AND NOT EXISTS (SELECT 1 FROM candle_coarse_open o WHERE o.market = m.market AND o.size = ${size}
      AND o.open_time = m.open_time - m.open_time % ${size})
  ORDER BY m.open_time LIMIT 1`
