/**
 * What is known of the completeness of the tape: proved stretches, gaps, and how many trades of a
 * minute came late; and which markets count their quantities in quote units (`inverse`), so that volumes
 * are in base units all the same. The rows of the ledger are derived from these (shared/domain/ledger-minutes.ts).
 */
export const ledger = `
CREATE TABLE span (
  market INTEGER NOT NULL REFERENCES market (id),
  proof TEXT NOT NULL,
  from_ts INTEGER NOT NULL,
  to_ts INTEGER NOT NULL,
  last_seq INTEGER,
  PRIMARY KEY (market, proof, from_ts)
) WITHOUT ROWID;
CREATE INDEX span_end ON span (market, proof, to_ts, from_ts, last_seq);

CREATE TABLE gap (
  id INTEGER PRIMARY KEY,
  market INTEGER NOT NULL REFERENCES market (id),
  cause TEXT NOT NULL,
  state TEXT NOT NULL,
  from_ts INTEGER NOT NULL,
  to_ts INTEGER NOT NULL,
  first_seq INTEGER,
  last_seq INTEGER,
  missing INTEGER,
  recovered INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  reason TEXT
);
CREATE INDEX gap_end ON gap (market, to_ts);

ALTER TABLE market ADD COLUMN inverse INTEGER NOT NULL DEFAULT 0;
ALTER TABLE candle ADD COLUMN backfilled INTEGER NOT NULL DEFAULT 0;

CREATE VIEW gaps AS
SELECT
  gap.id AS gap, market.name AS market, cause, state, from_ts, to_ts, first_seq, last_seq,
  missing, recovered, opened_at, closed_at, reason
FROM gap JOIN market ON market.id = gap.market;
`
