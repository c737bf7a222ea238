import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { appResponse } from '../../../src/main/electron/app-response.ts'

const folder = mkdtempSync(join(tmpdir(), 'pages-'))
const root = join(folder, 'renderer')
mkdirSync(join(root, 'assets'), { recursive: true })
writeFileSync(join(folder, 'secret.txt'), 'secret')
writeFileSync(join(root, 'index.html'), '<!doctype html>')
writeFileSync(join(root, 'assets', 'a.js'), 'export {}')
afterAll(() => rmSync(folder, { recursive: true }))

const ask = (path: string, method = 'GET') =>
  appResponse(root, new Request(`app://tapedeck/${path}`, { method }))

test('serves the page with its type and its policy', async () => {
  const response = await ask('')
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('<!doctype html>')
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
})

test('scripts come as scripts', async () => {
  const response = await ask('assets/a.js')
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
})

test('the policy lets nothing in from outside and runs no inline script', async () => {
  const policy = (await ask('')).headers.get('content-security-policy') ?? ''
  const rules = new Map(
    policy.split('; ').map((rule) => {
      const [name = '', ...sources] = rule.split(' ')
      return [name, sources] as const
    }),
  )
  expect(rules.get('default-src')).toEqual(["'none'"])
  expect(rules.get('script-src')).toEqual(["'self'"])
  expect(rules.get('frame-ancestors')).toEqual(["'none'"])
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval/)
})

test('everything else is refused, with the same headers', async () => {
  for (const path of ['missing.js', 'assets', '..%2fsecret.txt', '%2e%2e/secret.txt']) {
    const response = await ask(path)
    expect(response.status, path).toBe(404)
    expect(await response.text()).toBe('')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  }
  expect((await ask('index.html', 'POST')).status).toBe(405)
  const head = await ask('index.html', 'HEAD')
  expect([head.status, await head.text()]).toEqual([200, ''])
})
