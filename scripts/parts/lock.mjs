import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { Problem } from './say.mjs'

const TOUCH_MS = 5_000
/** A holder touches its lock every five seconds; one silent for this long is gone (or asleep). */
const SILENT_MS = 10 * 60_000
const WAIT_MS = 20 * 60_000
const POLL_MS = 250

/**
 * Runs `work` while no other process runs work under the same lock file. A lock whose process has
 * ended is taken over.
 * @template T
 * @param {string} path the lock file
 * @param {(holder: number) => void} onWait called once when another process holds it
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, onWait, work) {
  await acquire(path, onWait)
  const touching = setInterval(() => touch(path), TOUCH_MS)
  const release = () => {
    clearInterval(touching)
    if (holderOf(path) === process.pid) rmSync(path, { force: true })
  }
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.removeListener('exit', release)
    release()
  }
}

async function acquire(path, onWait) {
  const started = Date.now()
  let told = false
  for (;;) {
    if (create(path)) return
    if (isAbandoned(path)) {
      removeAbandoned(path, holderOf(path))
      continue
    }
    if (!told) onWait(holderOf(path) ?? 0)
    told = true
    if (Date.now() - started > WAIT_MS) {
      throw new Problem(
        `another run (process ${holderOf(path)}) has been setting up for over ${WAIT_MS / 60_000} minutes`,
        `End it, or delete ${path} if it no longer exists`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

function create(path) {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw new Problem(`cannot write ${path} (${error.code})`, 'Is this folder writable for you?')
  }
}

/** The process that holds the lock; null when there is none or it is just being written. */
function holderOf(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : null
  } catch {
    return null
  }
}

function isAbandoned(path) {
  const age = ageOf(path)
  if (age === null) return false
  const holder = holderOf(path)
  // Created but not yet filled in: give its maker a moment.
  if (holder === null) return age > 2_000
  return !isAlive(holder) || age > SILENT_MS
}

/**
 * Renamed first: of two processes that found it abandoned only one succeeds. Should the other have
 * taken the lock in between, it gets it back.
 */
function removeAbandoned(path, holder) {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
    if (holderOf(aside) !== holder) linkSync(aside, path)
    rmSync(aside, { force: true })
  } catch {
    // The other process was first.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function ageOf(path) {
  try {
    return Date.now() - statSync(path).mtimeMs
  } catch {
    return null
  }
}

function touch(path) {
  try {
    const now = new Date()
    utimesSync(path, now, now)
  } catch {
    // Someone removed it; the next release will see that it is not ours.
  }
}
