/**
 * Markets, trades and one-minute bars. Explained in docs/storage.md. `trade.market` has no foreign
 * key: it costs a seventh of all writing, and a market's row is made in the transaction of its first
 * trade.
 */
export const tape = `
CREATE TABLE market (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  price_scale INTEGER NOT NULL,
  qty_scale INTEGER NOT NULL
);

CREATE TABLE trade (
  market INTEGER NOT NULL,
  ts INTEGER NOT NULL,
  id INTEGER NOT NULL,
  price INTEGER,
  qty INTEGER,
  delay INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  exact TEXT,
  PRIMARY KEY (market, ts, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX trade_id ON trade (market, id);

CREATE TABLE candle (
  market INTEGER NOT NULL REFERENCES market (id),
  open_time INTEGER NOT NULL,
  open REAL,
  high REAL,
  low REAL,
  close REAL,
  volume REAL NOT NULL,
  buy_volume REAL NOT NULL,
  trades INTEGER NOT NULL,
  first_ts INTEGER,
  last_ts INTEGER,
  partial INTEGER NOT NULL,
  PRIMARY KEY (market, open_time)
) WITHOUT ROWID;

CREATE VIEW trades AS
SELECT
  market.name AS market,
  CASE
    WHEN typeof(trade.id) = 'integer' THEN CAST(trade.id AS TEXT)
    WHEN substr(hex(trade.id), 1, 2) = 'FE' THEN lower(
      substr(hex(trade.id), 3, 8) || '-' || substr(hex(trade.id), 11, 4) || '-' ||
      substr(hex(trade.id), 15, 4) || '-' || substr(hex(trade.id), 19, 4) || '-' ||
      substr(hex(trade.id), 23, 12))
    ELSE CAST(trade.id AS TEXT)
  END AS id,
  coalesce(CAST(trade.exact ->> 0 AS REAL), trade.price / CAST('1e' || price_scale AS REAL)) AS price,
  coalesce(CAST(trade.exact ->> 1 AS REAL), trade.qty / CAST('1e' || qty_scale AS REAL)) AS qty,
  CASE trade.flags & 1 WHEN 0 THEN 'buy' ELSE 'sell' END AS taker_side,
  trade.ts AS exchange_time,
  nullif((trade.flags >> 3) & 1023, 0) - 1 AS exchange_micros,
  trade.ts + trade.delay AS receive_time,
  coalesce(trade.exact ->> 2, ((trade.flags >> 13) & 4095) + 1) AS matches,
  CASE (trade.flags >> 1) & 3
    WHEN 0 THEN 'stream' WHEN 1 THEN 'snapshot' ELSE 'backfill'
  END AS origin
FROM trade JOIN market ON market.id = trade.market;
`
