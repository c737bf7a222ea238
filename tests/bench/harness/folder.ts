import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folders = new Set<string>()
const remove = (path: string): void => rmSync(path, { recursive: true, force: true })
process.on('exit', () => {
  for (const path of folders) remove(path)
})

/** A folder for the time of some work; gone afterwards, however that ends. */
export async function inFolder<T>(work: (path: string) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), 'tapedeck-bench-'))
  folders.add(path)
  try {
    return await work(path)
  } finally {
    remove(path)
    folders.delete(path)
  }
}
