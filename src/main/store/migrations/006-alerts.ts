/**
 * `alert`: what people wrote down, as JSON. `alert_event`: the log; a firing is known by alert, instant and market, so
 * that none is there twice however often a stretch is evaluated. `open`: some delivery is not settled. `alert_stretch`:
 * stretches that were filled afterwards and are still to be evaluated. `alert_state`: the evaluator's checkpoint and
 * what else there is one of.
 */
export const alerts = `
CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE alert_event (
  id INTEGER PRIMARY KEY,
  alert TEXT NOT NULL,
  at INTEGER NOT NULL,
  market TEXT NOT NULL,
  name TEXT NOT NULL,
  severity TEXT NOT NULL,
  expr TEXT NOT NULL,
  time INTEGER,
  price REAL,
  figures TEXT NOT NULL,
  cause TEXT,
  learned_at INTEGER,
  notified_ms REAL,
  deliveries TEXT NOT NULL,
  open INTEGER NOT NULL,
  seen INTEGER NOT NULL DEFAULT 0,
  UNIQUE (alert, at, market)
);
CREATE INDEX alert_event_open ON alert_event (id) WHERE open = 1;
CREATE INDEX alert_event_unseen ON alert_event (id) WHERE seen = 0;
CREATE INDEX alert_event_at ON alert_event (at);

CREATE TABLE alert_stretch (
  gap INTEGER PRIMARY KEY,
  market TEXT NOT NULL,
  from_ts INTEGER NOT NULL,
  to_ts INTEGER NOT NULL,
  cause TEXT NOT NULL
);

CREATE TABLE alert_state (
  name TEXT PRIMARY KEY,
  at INTEGER,
  data BLOB
) WITHOUT ROWID;
`
