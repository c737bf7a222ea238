import type { IncomingMessage } from 'node:http'
import { PAGE_HEADERS } from '../platform/page.ts'
import type { Gate, Knock } from './auth.ts'
import { LOCKED, NOT_BUILT, NOT_FOUND, WRONG_NAME } from './pages.ts'
import { fileAt, type StaticFile, type StaticFiles } from './static-files.ts'

export type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'>

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number>>
  /** Not sent for HEAD. */
  readonly body: string | Buffer
  /** Why somebody was not let in, for the log. */
  readonly refused?: string
}

/** The two halves of a request's target; the query is only looked at for its token. */
export function target(url: string | undefined): { path: string; token: string | null } {
  const [path = '/', query = ''] = (url ?? '/').split('?', 2)
  return { path, token: new URLSearchParams(query).get('token') }
}

/** What the gate looks at in a request. */
export const knockOf = ({ headers, url }: Asked): Knock => ({
  host: headers.host,
  origin: headers.origin,
  cookie: headers.cookie,
  token: target(url).token,
})

/** The answer to one request. Pure: the gate and the files are all there is to know. */
export function answerTo(asked: Asked, gate: Gate, files: StaticFiles): Answer {
  if (asked.method !== 'GET' && asked.method !== 'HEAD')
    return answer(405, 'Only GET and HEAD.\n', { ...PLAIN, Allow: 'GET, HEAD' })
  const knock = knockOf(asked)
  if (!gate.hostAllowed(knock)) return { ...answer(403, WRONG_NAME), refused: 'host' }
  const { path, token } = target(asked.url)
  if (path === '/health') return answer(200, '{"ok":true}', { 'Content-Type': 'application/json' })
  const holdsToken = gate.tokenRight(knock)
  if (!holdsToken && !gate.cookieRight(knock))
    return { ...answer(401, LOCKED), refused: token === null ? 'no key' : 'wrong key' }
  // Out of the address bar, the history and screenshots.
  if (path === '/' && token !== null)
    return answer(303, '', { Location: '/', ...(holdsToken && { 'Set-Cookie': gate.cookie }) })
  const file = fileAt(files, path)
  if (file !== undefined) return fileAnswer(file, asked.headers['if-none-match'])
  return path === '/' ? answer(503, NOT_BUILT) : answer(404, NOT_FOUND)
}

const PLAIN = { 'Content-Type': 'text/plain; charset=utf-8' }

const answer = (status: number, body: string, extra: Record<string, string> = {}): Answer => ({
  status,
  body,
  headers: {
    ...PAGE_HEADERS,
    'Cache-Control': 'no-store',
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...extra,
  },
})

function fileAnswer(file: StaticFile, known: string | undefined): Answer {
  const headers = {
    ...PAGE_HEADERS,
    'Cache-Control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
    ETag: file.etag,
  }
  if (known === file.etag) return { status: 304, headers, body: '' }
  return {
    status: 200,
    headers: { ...headers, 'Content-Type': file.type, 'Content-Length': file.body.length },
    body: file.body,
  }
}
