import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { tapeSource } from '../../src/main/cli/tape-source.ts'
import type { TapeSource } from '../../src/main/http/api.ts'
import { type RunningHttp, startHttp } from '../../src/main/http/server.ts'
import { newToken } from '../../src/main/http/token.ts'
import { createJobs, type Jobs } from '../../src/main/jobs/jobs.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import type { Clock } from '../../src/main/ports.ts'
import { fail, ok } from '../../src/shared/domain/outcome.ts'
import { createTestFolder } from '../unit/cli/test-folder.ts'
import { silent } from '../unit/services/fakes.ts'
import { writeTape } from './cli-process.ts'

const TRADES = 200_000
const FIRST = 1_700_000_000_000
const folder = createTestFolder()
const path = join(folder, 'tape.sqlite')
const token = newToken()
let jobs: Jobs
let http: RunningHttp

const serve = async (tape: TapeSource, clock: Clock = systemClock): Promise<RunningHttp> => {
  const started = await startHttp({
    ...{ host: '127.0.0.1', port: 0, token, screen: folder, exports: folder, onClient: () => {} },
    ...{ tape, clock, log: silent },
  })
  if (!started.ok) throw new Error(started.failure.message)
  return started.value
}

beforeAll(async () => {
  await writeTape(path, ['okx:BTC-USDT', 'binance:ETH-USDT'], TRADES)
  jobs = createJobs({ log: silent, clock: systemClock, workers: 2 })
  http = await serve(tapeSource(jobs, () => path, systemClock))
}, 60_000)
afterAll(async () => {
  await http.close()
  await jobs.close()
})

const KEY = { authorization: `Bearer ${token}` }

/** The answer as far as its head. */
async function open(
  target: string,
  headers: Record<string, string> = KEY,
  { port = http.port, method = 'GET' } = {},
): Promise<IncomingMessage> {
  const sent = request({ host: '127.0.0.1', port, path: `/api/v1/${target}`, headers, method })
  sent.on('error', () => {})
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}

async function ask(...asked: Parameters<typeof open>) {
  const response = await open(...asked)
  let body = ''
  response.setEncoding('utf8')
  for await (const part of response) body += String(part)
  return { status: response.statusCode, headers: response.headers, body }
}

const STRETCH = `market=okx:BTC-USDT&from=${FIRST}&to=${FIRST + 1_000_000}`

describe('the tape for programs', () => {
  it('lists its markets', async () => {
    const { status, headers, body } = await ask('markets')
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/json; charset=utf-8',
      'no-store',
    ])
    expect(JSON.parse(body)).toEqual([
      expect.objectContaining({ market: 'binance:ETH-USDT', trades: TRADES / 2, quantity: 'base' }),
      {
        ...{ market: 'okx:BTC-USDT', trades: TRADES / 2, first: FIRST },
        ...{ last: FIRST + TRADES - 2, keptFrom: null, quantity: 'base' },
      },
    ])
  })

  it('gives trades as NDJSON or CSV, every one of the stretch', async () => {
    const { headers, body } = await ask(`trades?${STRETCH}&limit=1000000`)
    expect(headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
    const lines = body.trimEnd().split('\n')
    expect(lines).toHaveLength(TRADES / 2)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ id: '1', price: '1000.25', ts: FIRST })
    const csv = await ask(`trades?${STRETCH}&limit=2&format=csv`)
    expect(csv.body.split('\n')).toEqual([
      'venue,symbol,id,price,qty,side,ts,recvTs,tsMicros',
      expect.stringMatching(/^okx,BTC-USDT,1,/),
      expect.stringMatching(/^okx,BTC-USDT,3,/),
      '',
    ])
  })

  it('gives candles', async () => {
    const { body } = await ask(`candles?${STRETCH}&interval=1m&limit=2`)
    expect(JSON.parse(body)).toEqual([
      expect.objectContaining({ openTime: 1_699_999_980_000, trades: 20_000, state: 'unknown' }),
      expect.objectContaining({ openTime: 1_700_000_040_000, trades: 30_000 }),
    ])
    const csv = await ask(`candles?${STRETCH}&format=csv`)
    expect(csv.body).toMatch(/^openTime,open,high,low,close,volume,/)
  })

  it.each([
    ['nothing', 404, 'There are /api/v1/markets, /api/v1/candles, /api/v1/trades'],
    ['../../etc/passwd', 404, 'no such path'],
    ['markets?market=x', 400, '"market" is not known here. Allowed: none'],
    ['trades', 400, 'market is missing'],
    ['trades?market=okx', 400, 'market is missing or none'],
    ['trades?market=okx:BTC-USDT', 400, 'from is missing'],
    ['trades?market=okx:BTC-USDT&from=yesterday', 400, 'from is missing or no time'],
    ['trades?market=okx:BTC-USDT&from=1700000000', 400, 'epoch milliseconds (13 digits)'],
    ['trades?market=okx:BTC-USDT&from=4000000000000', 400, 'lies in the future'],
    [`trades?market=okx:BTC-USDT&from=${FIRST}&to=${FIRST}`, 400, 'from must be before to'],
    [`trades?${STRETCH}&limit=0`, 400, 'limit is a whole number'],
    [`trades?${STRETCH}&limit=1e3`, 400, 'limit is a whole number'],
    [`trades?${STRETCH}&limit=99999999`, 400, '1 to 5000000'],
    [`trades?${STRETCH}&format=parquet`, 400, 'format is one of csv, ndjson, json'],
    [`trades?${STRETCH}&interval=1m`, 400, '"interval" is not known here'],
    [`trades?${STRETCH}&limit=1&limit=2`, 400, 'given twice'],
    [`candles?${STRETCH}&interval=2m`, 400, 'interval is one of 1s, 5s'],
    [`trades?${STRETCH.replace('BTC', 'SOL')}`, 404, 'it holds binance:ETH-USDT, okx:BTC-USDT'],
  ])('%s: %i and what to do', async (target, expected, said) => {
    const { status, headers, body } = await ask(target)
    expect(status).toBe(expected)
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
    const { error } = JSON.parse(body) as { error: { code: string; message: string } }
    expect(error.message).toContain(said)
  })

  it('opens to whoever holds the key, and to nobody else', async () => {
    const cookie = `tapedeck-${http.port}=${token}`
    const status = async (headers: Record<string, string>, target = 'markets') =>
      (await ask(target, headers)).status
    expect(await status({}, `markets?token=${token}`)).toBe(200)
    expect(await status({ cookie })).toBe(200)
    expect(await status({})).toBe(401)
    expect(await status({}, `markets?token=${token.slice(1)}`)).toBe(401)
    expect(await status({ authorization: `Bearer ${token}x` })).toBe(401)
    expect(await status({ authorization: `Basic ${token}` })).toBe(401)
    expect(await status({ ...KEY, host: `evil.example:${http.port}` })).toBe(403)
    expect(await status({ ...KEY, origin: 'http://evil.example' })).toBe(403)
    expect(await status({ ...KEY, origin: `http://127.0.0.1:${http.port}` })).toBe(200)
    const locked = await ask('markets', {})
    expect(locked.body).toContain('it is in the url that serve prints')
    expect(locked.body).not.toContain(token)
  })

  it('is read-only', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'HEAD'])
      expect((await ask('markets', KEY, { method })).status).toBe(405)
  })
})

/** A source of endless text that notes what becomes of it. */
function endless() {
  const seen = { pieces: 0, ended: 0, cancelled: 0 }
  const source: TapeSource = {
    answer: async (_, signal, onText) => {
      while (!signal.aborted && (await onText('x'.repeat(65_536)))) seen.pieces += 1
      seen.ended += 1
      if (signal.aborted) seen.cancelled += 1
      return ok(null)
    },
  }
  return { seen, source }
}

describe('readers that are slow or go away', () => {
  it('hold up nothing but themselves, and little memory', async () => {
    const { seen, source } = endless()
    const server = await serve(source)
    const slow = await open(`trades?${STRETCH}`, KEY, { port: server.port })
    slow.pause()
    await vi.waitFor(() => expect(seen.pieces).toBeGreaterThan(0))
    await systemWait(300)
    const { pieces } = seen
    await systemWait(300)
    expect(seen.pieces).toBe(pieces)
    // What the sockets of both sides hold, not more.
    expect(pieces * 65_536).toBeLessThan(16 * 2 ** 20)
    slow.destroy()
    await vi.waitFor(() => expect(seen).toMatchObject({ ended: 1, cancelled: 1 }))
    await server.close()
  })

  it('are let go when they take nothing for 30 s', async () => {
    const { seen, source } = endless()
    const due: (() => void)[] = []
    const clock: Clock = {
      ...systemClock,
      after: (ms, run) => {
        if (ms !== 30_000) return systemClock.after(ms, run)
        due.push(run)
        return () => due.splice(due.indexOf(run), 1)
      },
    }
    const server = await serve(source, clock)
    const slow = await open(`trades?${STRETCH}`, KEY, { port: server.port })
    slow.on('error', () => {})
    slow.pause()
    await vi.waitFor(async () => {
      expect(due).toHaveLength(1)
      await systemWait(50)
      expect(due).toHaveLength(1)
    })
    expect(seen.ended).toBe(0)
    due[0]?.()
    await vi.waitFor(() => expect(seen.ended).toBe(1))
    await server.close()
  })

  it('are at most four at a time', async () => {
    const { source } = endless()
    const server = await serve(source)
    const port = { port: server.port }
    const slow = await Promise.all([1, 2, 3, 4].map(() => open(`trades?${STRETCH}`, KEY, port)))
    const fifth = await ask('markets', KEY, port)
    expect([fifth.status, fifth.headers['retry-after']]).toEqual([503, '1'])
    expect(fifth.body).toContain('under way already')
    for (const each of slow) each.destroy()
    await vi.waitFor(async () => {
      const next = await open('markets', KEY, port)
      next.destroy()
      expect(next.statusCode).toBe(200)
    })
    await server.close()
  })

  it('cancel the work in its thread', async () => {
    const target = `trades?market=okx:BTC-USDT&from=${FIRST}&limit=5000000`
    for (let at = 0; at < 6; at += 1) {
      const response = await open(target)
      response.destroy()
    }
    await vi.waitFor(async () => expect((await ask('markets')).status).toBe(200))
  })

  it('see a broken transfer when the tape cannot be read on, never a short answer', async () => {
    const server = await serve({
      answer: async (_, __, onText) => {
        await onText('some\n')
        return fail('storage-corrupt', 'damaged')
      },
    })
    const response = await open(`trades?${STRETCH}`, KEY, { port: server.port })
    expect(response.statusCode).toBe(200)
    await expect(
      (async () => {
        for await (const _ of response);
      })(),
    ).rejects.toThrow('aborted')
    await server.close()
  })

  it('hear why there is no answer', async () => {
    const server = await serve({ answer: async () => fail('unavailable', 'It took too long.') })
    const { status, body } = await ask(`trades?${STRETCH}`, KEY, { port: server.port })
    expect([status, JSON.parse(body)]).toEqual([
      503,
      { error: { code: 'unavailable', message: 'It took too long.' } },
    ])
    await server.close()
  })
})

const systemWait = (ms: number): Promise<void> =>
  new Promise((resolve) => systemClock.after(ms, resolve))
