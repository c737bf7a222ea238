import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { PAGE_HEADERS } from '../platform/page.ts'

const PREFIX = '/exports/'
/** As the engine names them, and their manifests: nothing unfinished or hidden, and no way out of the folder. */
const NAME = /^[A-Za-z0-9][\w-]*\.(?:csv|ndjson|parquet)(?:\.manifest\.json)?$/
/** A client that takes nothing for so long is let go, ms. */
const STALLED_MS = 30_000

/** The name of an exported file that a URL path asks for; null when it asks for something else. */
export function exportedName(path: string): string | null {
  const name = path.startsWith(PREFIX) ? path.slice(PREFIX.length) : ''
  return NAME.test(name) ? name : null
}

/** Sends an exported file to be kept. False when there is none of that name: then nothing is sent. */
export async function sendExport(
  folder: string,
  name: string,
  { method }: Pick<IncomingMessage, 'method'>,
  response: ServerResponse,
): Promise<boolean> {
  const file = await opened(join(folder, name))
  if (file === null) return false
  try {
    response.writeHead(200, {
      ...PAGE_HEADERS,
      'Cache-Control': 'no-store',
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="${name}"`,
      'Content-Length': file.size,
    })
    if (method === 'HEAD') response.end()
    else {
      response.setTimeout(STALLED_MS, () => response.destroy())
      await pipeline(file.handle.createReadStream({ autoClose: false }), response)
    }
  } catch {
    // The client went, or the disk did: half a file is never said to be whole.
    response.destroy()
  } finally {
    await file.handle.close().catch(() => {})
  }
  return true
}

/** Null unless it is a file, and no link to one. */
async function opened(
  path: string,
): Promise<{ readonly handle: FileHandle; readonly size: number } | null> {
  // Where a system knows no such flag it has no such links for ordinary users either.
  const noLink = constants.O_NOFOLLOW ?? 0
  const handle = await open(path, constants.O_RDONLY | noLink).catch(() => null)
  if (handle === null) return null
  const about = await handle.stat().catch(() => null)
  if (about?.isFile() === true) return { handle, size: about.size }
  await handle.close()
  return null
}
