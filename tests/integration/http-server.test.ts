import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type RunningHttp, startHttp } from '../../src/main/http/server.ts'
import { newToken } from '../../src/main/http/token.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { ok } from '../../src/shared/domain/outcome.ts'
import type { Port } from '../../src/shared/rpc/port.ts'
import { createTestFolder } from '../unit/cli/test-folder.ts'

const token = newToken()
const tape = { answer: async () => ok(null) }
const folder = createTestFolder()
const screen = join(folder, 'renderer')
const exports = join(folder, 'exports')
const EXPORTED = [
  ['okx-BTC-USDT_1-2.csv', 'id\n1\n'],
  ['okx-BTC-USDT_1-2.csv.manifest.json', '{}'],
  ['big.parquet', 'x'.repeat(3_000_000)],
] as const
const opened: RunningHttp[] = []
const warnings: string[] = []
const log = { debug() {}, info() {}, warn: (event: string) => warnings.push(event), error() {} }

beforeAll(() => {
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  mkdirSync(join(screen, 'assets'), { recursive: true })
  writeFileSync(join(screen, 'index.html'), '<title>Tapedeck</title>')
  writeFileSync(join(screen, 'assets', 'index-AbCd1234.js'), 'export {}')
  writeFileSync(join(screen, 'assets', 'index-AbCd1234.js.map'), '{}')
  writeFileSync(join(screen, 'assets', 'a b.svg'), '<svg/>')
  symlinkSync(join(folder, 'secret.txt'), join(screen, 'link.txt'))
  mkdirSync(join(exports, 'folder.csv'), { recursive: true })
  for (const [name, text] of EXPORTED) writeFileSync(join(exports, name), text)
  for (const name of ['x.csv.part', 'notes.txt', '.csv']) writeFileSync(join(exports, name), 'no')
  symlinkSync(join(folder, 'secret.txt'), join(exports, 'link.csv'))
})

afterEach(async () => {
  for (const http of opened.splice(0)) await http.close()
})

async function start(onClient: (port: Port) => void = () => {}, built = screen) {
  const started = await startHttp({
    host: '127.0.0.1',
    port: 0,
    token,
    screen: built,
    exports,
    onClient,
    tape,
    clock: systemClock,
    log: log as never,
  })
  if (!started.ok) throw new Error(started.failure.message)
  opened.push(started.value)
  const { port } = started.value
  return { http: started.value, port, cookie: `tapedeck-${port}=${token}`, ask: asker(port) }
}

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Sends the path exactly as written: no client here tidies `..` away. */
const asker =
  (port: number) =>
  (path: string, headers: Record<string, string> = {}, more: RequestOptions = {}) =>
    new Promise<Reply>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, headers, ...more }, (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          body += part
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        )
      })
      sent.on('error', reject)
      sent.end()
    })

/** Resolves with `open`, the status of a refusal, or the code of a close. */
const dial = (url: string, headers: Record<string, string> = {}) => {
  const socket = new WebSocket(url, { headers })
  const outcome = new Promise<string>((resolve) => {
    socket.on('open', () => resolve('open'))
    socket.on('unexpected-response', (_, response) => resolve(`refused ${response.statusCode}`))
    socket.on('error', (error) => resolve(error.message))
  })
  return { socket, outcome }
}

describe('the door', () => {
  it('takes the token out of the address and gives a cookie that opens the screen', async () => {
    const { http, port, ask, cookie } = await start()
    expect(http.url).toBe(`http://127.0.0.1:${port}/?token=${token}`)
    const first = await ask(`/?token=${token}`)
    expect(first.status).toBe(303)
    expect(first.headers.location).toBe('/')
    expect(first.headers['set-cookie']).toEqual([`${cookie}; Path=/; HttpOnly; SameSite=Strict`])
    const second = await ask('/', { cookie })
    expect(second.status).toBe(200)
    expect(second.body).toBe('<title>Tapedeck</title>')
  })

  it('shows a page in plain words to anybody else, and tells nothing', async () => {
    const { ask } = await start()
    const asked = [
      ask('/'),
      ask('/assets/index-AbCd1234.js'),
      ask('/nothing'),
      ask('/?token='),
      ask(`/?token=${token.slice(1)}`),
      ask('/', { cookie: 'tapedeck-1=x' }),
      ask('/', { cookie: `tapedeck=${token}` }),
      ask('/', { authorization: `Bearer ${token}` }),
    ]
    for (const { status, body, headers } of await Promise.all(asked)) {
      expect(status).toBe(401)
      expect(body).toContain('This tape needs its key')
      expect(body).not.toContain(token.slice(1, 12))
      expect(headers['set-cookie']).toBeUndefined()
    }
    expect(warnings).toContain('http-refused')
  })

  it('answers only to its own names: a rebound name gets nothing, token or not', async () => {
    const { port, ask, cookie } = await start()
    for (const host of [
      `evil.example:${port}`,
      'evil.example',
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
    ]) {
      expect((await ask('/', { host, cookie })).status).toBe(403)
      expect((await ask(`/?token=${token}`, { host })).status).toBe(403)
      expect((await ask('/health', { host })).status).toBe(403)
    }
    for (const host of [`localhost:${port}`, `[::1]:${port}`])
      expect((await ask('/', { host, cookie })).status).toBe(200)
  })

  it('is healthy without a key, and says no more than that', async () => {
    const { ask } = await start()
    const { status, body } = await ask('/health')
    expect([status, body]).toEqual([200, '{"ok":true}'])
  })

  it('knows two methods', async () => {
    const { ask, cookie } = await start()
    const head = await ask('/', { cookie }, { method: 'HEAD' })
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '23'])
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])
      expect((await ask('/', { cookie }, { method })).status).toBe(405)
  })

  it('sends the security headers with every kind of answer', async () => {
    const { ask, cookie } = await start()
    const asked = [ask('/'), ask('/', { cookie }), ask('/health'), ask('/x', { cookie })]
    for (const { headers } of await Promise.all(asked)) {
      const policy = String(headers['content-security-policy'])
      for (const rule of ["default-src 'none'", "script-src 'self'", "connect-src 'self'"])
        expect(policy.split('; ')).toContain(rule)
      for (const never of ["'unsafe-eval'", "script-src 'self' 'unsafe-inline'", '*'])
        expect(policy).not.toContain(never)
      expect(policy).toContain("frame-ancestors 'none'")
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(headers['cross-origin-resource-policy']).toBe('same-origin')
      expect(headers['x-powered-by']).toBeUndefined()
    }
  })
})

describe('exported files', () => {
  it('are sent to whoever holds the key, to be kept', async () => {
    const { ask, cookie } = await start()
    for (const [name, text] of EXPORTED) {
      const { status, headers, body } = await ask(`/exports/${name}`, { cookie })
      expect([status, body === text]).toEqual([200, true])
      expect(headers).toMatchObject({
        'content-disposition': `attachment; filename="${name}"`,
        'content-type': 'application/octet-stream',
        'content-length': String(text.length),
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      const head = await ask(`/exports/${name}`, { cookie }, { method: 'HEAD' })
      expect([head.status, head.body]).toEqual([200, ''])
      expect((await ask(`/exports/${name}?token=${token}`)).status).toBe(200)
      expect((await ask(`/exports/${name}`)).status).toBe(401)
      expect((await ask(`/exports/${name}`, { cookie: 'tapedeck-1=x' })).status).toBe(401)
      expect((await ask(`/exports/${name}`, { cookie }, { method: 'DELETE' })).status).toBe(405)
      expect((await ask(`/exports/${name}`, { cookie, host: 'evil.example' })).status).toBe(403)
    }
  })

  it.each([
    'gone.csv',
    'x.csv.part',
    'notes.txt',
    '.csv',
    'link.csv',
    'folder.csv',
    '',
    '../secret.txt',
    '..%2fsecret.txt',
    '../exports/big.parquet',
    '%62ig.parquet',
    'big.parquet/',
  ])('are nothing else: %s', async (name) => {
    const { ask, cookie } = await start()
    expect((await ask(`/exports/${name}`, { cookie })).status).toBe(404)
  })

  it('that nobody takes to the end harm nothing', async () => {
    const { ask, cookie, port, http } = await start()
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      `GET /exports/big.parquet HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n\r\n`,
    )
    await new Promise((resolve) => socket.once('data', resolve))
    socket.destroy()
    expect((await ask('/exports/big.parquet', { cookie })).body).toHaveLength(3_000_000)
    const held = connect(port, '127.0.0.1')
    held.on('error', () => {})
    held.pause()
    held.write(
      `GET /exports/big.parquet HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n\r\n`,
    )
    await http.close()
    held.destroy()
  })
})

describe('the files', () => {
  it('have their types and their time to live', async () => {
    const { ask, cookie } = await start()
    const script = await ask('/assets/index-AbCd1234.js', { cookie })
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(script.headers['cache-control']).toBe('private, max-age=31536000, immutable')
    const page = await ask('/', { cookie })
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['cache-control']).toBe('no-cache')
    const again = await ask('/', { cookie, 'if-none-match': String(page.headers.etag) })
    expect([again.status, again.body]).toEqual([304, ''])
    expect((await ask('/assets/a%20b.svg', { cookie })).headers['content-type']).toBe(
      'image/svg+xml; charset=utf-8',
    )
  })

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%252e%252e/secret.txt',
    '/..\\secret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/./index.html/../../secret.txt',
    '/link.txt',
    '/assets',
    '/assets/',
    '/assets/index-AbCd1234.js.map',
    '/index.html%00.png',
    '/%',
    '/__proto__',
    'http://127.0.0.1/../secret.txt',
    '*',
  ])('do not lead out of the folder: %s', async (path) => {
    const { ask, cookie } = await start()
    const { status, body } = await ask(path, { cookie })
    expect(status).toBe(404)
    expect(body).not.toContain('secret')
  })

  it('say so when they are not there', async () => {
    const { ask, cookie } = await start(() => {}, join(folder, 'nowhere'))
    const { status, body } = await ask('/', { cookie })
    expect(status).toBe(503)
    expect(body).toContain('npm run build')
  })
})

describe('the wire', () => {
  const echo = (port: Port) => port.onMessage((message) => port.send({ echo: message }))

  it('carries messages both ways, by cookie and origin or by token', async () => {
    const { port, cookie } = await start(echo)
    const doors = [
      dial(`ws://127.0.0.1:${port}/ws`, { cookie, origin: `http://127.0.0.1:${port}` }),
      dial(`ws://127.0.0.1:${port}/ws`, { cookie }),
      dial(`ws://127.0.0.1:${port}/ws?token=${token}`),
    ]
    for (const { socket, outcome } of doors) {
      expect(await outcome).toBe('open')
      const reply = new Promise((resolve) => socket.on('message', (data) => resolve(String(data))))
      socket.send('{"a":1}')
      expect(await reply).toBe('{"echo":{"a":1}}')
      socket.terminate()
    }
  })

  it('refuses strangers, foreign pages and foreign names', async () => {
    const attach = vi.fn()
    const { port, cookie } = await start(attach)
    const at = `ws://127.0.0.1:${port}`
    const refused = async (url: string, headers: Record<string, string>) =>
      dial(url, headers).outcome
    expect(await refused(`${at}/ws`, {})).toBe('refused 401')
    expect(await refused(`${at}/ws?token=guess`, {})).toBe('refused 401')
    expect(await refused(`${at}/other`, { cookie })).toBe('refused 404')
    expect(await refused(`${at}/ws`, { cookie, host: `evil.example:${port}` })).toBe('refused 403')
    for (const origin of [
      'http://evil.example',
      'null',
      `http://localhost:${port}`,
      `http://127.0.0.1:1`,
    ]) {
      expect(await refused(`${at}/ws`, { cookie, origin })).toBe('refused 403')
      expect(await refused(`${at}/ws?token=${token}`, { origin })).toBe('refused 403')
    }
    expect(attach).not.toHaveBeenCalled()
  })

  it.each([
    ['what is no JSON', (socket: WebSocket) => socket.send('{'), 1007, 'The message was not JSON.'],
    ['binary frames', (socket: WebSocket) => socket.send(Buffer.from('1')), 1003, 'Only text'],
    ['a message too large', (socket: WebSocket) => socket.send('1'.repeat(70_000)), 1009, ''],
  ])('closes on %s and stays up for others', async (_, misbehave, code, reason) => {
    const { port } = await start(echo)
    const url = `ws://127.0.0.1:${port}/ws?token=${token}`
    const bad = dial(url)
    const good = dial(url)
    expect(await bad.outcome).toBe('open')
    expect(await good.outcome).toBe('open')
    const closed = new Promise<[number, string]>((resolve) =>
      bad.socket.on('close', (number, data) => resolve([number, String(data)])),
    )
    misbehave(bad.socket)
    const [number, why] = await closed
    expect(number).toBe(code)
    expect(why).toContain(reason)
    expect(good.socket.readyState).toBe(WebSocket.OPEN)
    good.socket.terminate()
  })

  it('takes 64 clients and no more', async () => {
    const { port } = await start()
    const url = `ws://127.0.0.1:${port}/ws?token=${token}`
    const doors = Array.from({ length: 64 }, () => dial(url))
    for (const { outcome } of doors) expect(await outcome).toBe('open')
    expect(await dial(url).outcome).toBe('refused 503')
    for (const { socket } of doors) socket.terminate()
  })

  it('says goodbye, does not wait for the deaf, and frees its port', async () => {
    const closes: string[] = []
    const { http, port, ask } = await start((client) => client.onClose(() => closes.push('port')))
    const door = dial(`ws://127.0.0.1:${port}/ws?token=${token}`)
    expect(await door.outcome).toBe('open')
    const deaf = connect(port, '127.0.0.1')
    deaf.on('error', () => {})
    deaf.write('GET / HTTP/1.1\r\n')
    expect((await ask('/health')).status).toBe(200)
    const code = new Promise((resolve) => door.socket.on('close', resolve))
    await http.close()
    await http.close()
    expect(await code).toBe(1001)
    expect(closes).toEqual(['port'])
    deaf.destroy()
    const next = await startHttp({
      host: '127.0.0.1',
      port,
      token,
      screen,
      exports,
      onClient: () => {},
      tape,
      clock: systemClock,
      log: log as never,
    })
    expect(next.ok).toBe(true)
    if (next.ok) opened.push(next.value)
  })

  it('says which port is taken', async () => {
    const { port } = await start()
    const options = {
      host: '127.0.0.1',
      port,
      token,
      screen,
      exports,
      tape,
      clock: systemClock,
      log: log as never,
    }
    const second = await startHttp({ ...options, onClient: () => {} })
    expect(second.ok ? '' : second.failure.message).toContain(`Port ${port} is taken`)
  })
})

it('answers rubbish with 400 and goes on', async () => {
  const { port, ask } = await start()
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('rubbish\r\n\r\n'))
    let text = ''
    socket.on('data', (part) => {
      text += String(part)
    })
    socket.on('close', () => resolve(text))
  })
  expect(answer).toMatch(/^HTTP\/1\.1 400/)
  expect((await ask('/health')).status).toBe(200)
})
