import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { SettingsFile } from '../ports.ts'

/** A settings file on disk: written beside its place and renamed into it, so that it is whole. */
export function settingsFile(path: string): SettingsFile {
  return {
    read: () => {
      try {
        return readFileSync(path, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    write: (text) => {
      writeFileSync(`${path}.new`, text, { mode: 0o600 })
      renameSync(`${path}.new`, path)
    },
    setAside: () => {
      try {
        renameSync(path, `${path}.unreadable`)
      } catch {
        // It could not be read and cannot be moved: the next save replaces it.
      }
    },
  }
}
