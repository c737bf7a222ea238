import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

const NAME = 'tapedeck.log'
/** The log of earlier starts is put aside when it is larger than this, bytes. */
const LARGEST = 5_000_000

/**
 * A file for the log of an app that was started without a terminal; answers with what appends a
 * line. Lines are few, so each is written at once: the last one before a crash matters most. A disk
 * that refuses costs the log, never the recording.
 */
export function openLogFile(folder: string): (line: string) => void {
  const path = join(folder, NAME)
  let writable = true
  const attempt = (write: () => void): void => {
    try {
      write()
    } catch {
      writable = false // the terminal, if there is one, still gets every line
    }
  }
  attempt(() => mkdirSync(folder, { recursive: true }))
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > LARGEST) attempt(() => renameSync(path, join(folder, `old-${NAME}`)))
  return (line) => {
    if (writable) attempt(() => appendFileSync(path, `${line}\n`))
  }
}
