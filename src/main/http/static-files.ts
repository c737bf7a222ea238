import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { contentType } from '../platform/page.ts'

export interface StaticFile {
  readonly body: Buffer
  readonly type: string
  readonly etag: string
  /** Its name carries its hash: it never changes. */
  readonly immutable: boolean
}

/** Path of a URL (`/assets/index-D3x.js`) → file. */
export type StaticFiles = ReadonlyMap<string, StaticFile>

const HASHED = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/

/**
 * Reads the built screen into memory, a few megabytes. Only what lies in this map can be asked for,
 * so that no spelling of a path leads out of the folder, and a build while the server runs does not
 * mix two versions. Source maps, files of unknown type and links are left out. Empty when there is
 * no such folder.
 */
export async function loadStaticFiles(folder: string): Promise<StaticFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
      throw error
    },
  )
  const files = new Map<string, StaticFile>()
  for (const entry of entries) {
    const type = contentType(entry.name)
    if (!entry.isFile() || type === undefined) continue
    const path = join(entry.parentPath, entry.name)
    const url = `/${relative(folder, path).split(sep).join('/')}`
    const body = await readFile(path)
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    const immutable = url.startsWith('/assets/') && HASHED.test(entry.name)
    files.set(url, { body, type, etag, immutable })
  }
  return files
}

/** The file that a URL path asks for; `/` is the screen itself. */
export function fileAt(files: StaticFiles, pathname: string): StaticFile | undefined {
  if (pathname === '/') return files.get('/index.html')
  try {
    return files.get(decodeURIComponent(pathname))
  } catch {
    return undefined // a percent sign that escapes nothing
  }
}
