/**
 * What rolled off, and how fast the tape grows. `kept_from`: raw trades of a market with an earlier match
 * time are gone (NULL: none are); `rolled_id`: the greatest number id among them, where ids rise with
 * time. `roll_off`: what was removed, a row a day (UTC). `growth`: `bytes` in use, with all that has ever
 * rolled off added to it, so that what is removed does not look like growth that went backwards.
 */
export const retention = `
ALTER TABLE market ADD COLUMN kept_from INTEGER;
ALTER TABLE market ADD COLUMN rolled_id INTEGER;

CREATE TABLE roll_off (
  day INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  trades INTEGER NOT NULL,
  bytes INTEGER NOT NULL
);

CREATE TABLE growth (
  at INTEGER PRIMARY KEY,
  bytes INTEGER NOT NULL
);
`
