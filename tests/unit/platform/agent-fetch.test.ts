import { expect, it } from 'vitest'
import { agentFetch, nothingSeen } from '../../../src/main/platform/agent-fetch.ts'

it('nothing is asked but the one origin, by scheme, host and port', async () => {
  let asked = 0
  const wire = {
    origin: 'http://127.0.0.1:9',
    mostBytes: 10,
    signal: new AbortController().signal,
    agentFor: () => {
      asked += 1
      return undefined
    },
  }
  const ask = agentFetch(wire, nothingSeen())
  for (const url of [
    'https://127.0.0.1:9/',
    'http://127.0.0.1:8/',
    'http://localhost:9/',
    'http://x@127.0.0.1/',
  ])
    await expect(ask(url)).rejects.toThrow('It is not asked')
  expect(asked).toBe(0)
  await expect(ask('http://127.0.0.1:9/')).rejects.toThrow('ECONNREFUSED')
  expect(asked).toBe(1)
})
