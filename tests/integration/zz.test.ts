import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { first, startApp } from './app-here.ts'

test('status', async () => {
  const { app, api } = await startApp(mkdtempSync(join(tmpdir(), 'zz-')), { venues: [], markets: [], addresses: new Map() })
  const status = await first((listener) => api.subscribe('analysis.status', {}, listener, (f) => console.log(f)))
  console.log(JSON.stringify(status).slice(0, 500))
  await app.stop()
})
