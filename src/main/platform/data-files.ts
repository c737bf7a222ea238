import { join } from 'node:path'

const LIVE = 'tape.sqlite'
const DEMO = 'demo.sqlite'

/** The database of a data folder. The demo tape has one of its own: the two never mix. */
export const databasePath = (dataDir: string, demo: boolean): string =>
  join(dataDir, demo ? DEMO : LIVE)

/** Where files go that people take away. */
export const exportsPath = (dataDir: string): string => join(dataDir, 'exports')
