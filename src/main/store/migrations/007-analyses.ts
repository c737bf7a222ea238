/**
 * `analysis`: the log of the AI analyses. `at`: the moment that was asked about; `body`: the whole entry as JSON, the columns
 * before it being what is looked for; `unmarked`: a signal whose marks are not all settled. `analysis_request`: what each
 * request to a provider may use (`settled` = 0, written before it is sent) or did use; `money`: dollars, NULL without a price.
 */
export const analyses = `
CREATE TABLE analysis (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  market TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  model TEXT NOT NULL,
  provider TEXT NOT NULL,
  prompt TEXT NOT NULL,
  settled_at INTEGER NOT NULL,
  cost REAL,
  failure TEXT,
  answered INTEGER NOT NULL,
  unmarked INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX analysis_market ON analysis (market, kind, id);
CREATE INDEX analysis_at ON analysis (at);
CREATE INDEX analysis_signal ON analysis (at, id) WHERE kind = 'signal' AND answered = 1;
CREATE INDEX analysis_unmarked ON analysis (id) WHERE unmarked = 1;

CREATE TABLE analysis_request (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  model TEXT NOT NULL,
  tokens INTEGER NOT NULL,
  money REAL,
  settled INTEGER NOT NULL
);
CREATE INDEX analysis_request_at ON analysis_request (at);
`
