import type { FetchJson } from './rest.ts'
import { USER_AGENT } from './user-agent.ts'

/** Longest answer that is read; instrument lists have up to some 20 MB. */
const MAX_BYTES = 64 * 1024 * 1024

/**
 * GET over Node's own fetch. Its deadline is the caller's signal. A User-Agent is sent because some
 * venues' edges refuse requests without one.
 */
export const fetchJson: FetchJson = async (url, signal) => {
  const response = await fetch(url, {
    signal,
    headers: { 'User-Agent': USER_AGENT, Accept: 'application/json' },
  })
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES) throw new Error(`the answer is longer than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    text: Buffer.concat(chunks).toString('utf8'),
  }
}
