import { isMainThread } from 'node:worker_threads'
import { answer } from './answers.ts'

// Loaded before a program that is measured (`--import`): tells the CPU time and memory of its whole
// process, all threads, when it is asked. It touches nothing of the program. Worker threads inherit
// the option and must not answer too.

/** What `ask('usage')` brings. */
export interface Usage {
  /** User and system time of all threads since the start, milliseconds. */
  readonly cpuMs: number
  readonly rssBytes: number
}

const usage = (): Usage => {
  const { user, system } = process.cpuUsage()
  return { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() }
}
if (isMainThread) answer({ usage })
