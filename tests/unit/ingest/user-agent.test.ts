import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { USER_AGENT } from '../../../src/main/ingest/user-agent.ts'

it('names the version of package.json', () => {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  )
  expect(manifest).toMatchObject({ version: USER_AGENT.replace('Tapedeck/', '') })
})
