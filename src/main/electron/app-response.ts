import { readFile } from 'node:fs/promises'
import { contentType, PAGE_HEADERS } from '../platform/page.ts'
import { assetPath } from './asset-path.ts'

/** Answers one request of the app's own scheme with a file below `root`; never leaves that folder. */
export async function appResponse(root: string, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405)
  const file = assetPath(root, request.url)
  if (file === undefined) return refusal(404)
  try {
    const body = request.method === 'HEAD' ? null : new Uint8Array(await readFile(file))
    return new Response(body, { headers: pageHeaders(file) })
  } catch {
    // Not there, or a folder: the page gets the same answer, so it learns nothing of the disk.
    return refusal(404)
  }
}

const refusal = (status: number): Response =>
  new Response(null, { status, headers: pageHeaders('.txt') })

/** Never cached: an updated app must not show the files of the one before. */
const pageHeaders = (file: string): Readonly<Record<string, string>> => ({
  ...PAGE_HEADERS,
  'content-type': contentType(file) ?? 'application/octet-stream',
  'cache-control': 'no-cache',
})
