import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { diskSpace } from '../../src/main/store/disk-space.ts'
import { openReader } from '../../src/main/store/reader.ts'
import { openStore } from '../../src/main/store/store-client.ts'
import { type StoreThread, startStoreThread } from '../../src/main/store/store-thread.ts'
import { BTC, batchOf, ListLogger, run, scratch, unwrap } from '../unit/store/store-kit.ts'

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

const start = (log = new ListLogger(), onThread: (thread: StoreThread) => void = () => undefined) =>
  openStore(
    { path: folder.path, maxWaitingTrades: 1_000_000 },
    { clock: systemClock, log },
    {
      diskSpace,
      startThread: (path, events) => {
        const thread = startStoreThread(path, events)
        onThread(thread)
        return thread
      },
    },
  )

const idsOnDisk = (): number[] => {
  const reader = unwrap(openReader(folder.path))
  const ids = [...reader.trades({})].map(({ id }) => Number(id))
  reader.close()
  return ids
}

describe('the store in its thread', { timeout: 60_000 }, () => {
  it('records, closes with everything in one file, and opens again', async () => {
    const store = unwrap(await start())
    for (let from = 0; from < 20_000; from += 500) store.append(batchOf(run(from, 500)))
    expect(await store.flushed()).toEqual({ ok: true, value: null })
    expect(await store.close()).toEqual({ unwritten: 0 })
    expect(existsSync(`${folder.path}-wal`)).toBe(false)
    expect(statSync(folder.path).size).toBeGreaterThan(20_000)
    expect(idsOnDisk()).toEqual(Array.from({ length: 20_000 }, (_, i) => i))
    const again = unwrap(await start())
    again.append(batchOf(run(0, 500)))
    await again.flushed()
    expect(again.health()).toMatchObject({ duplicates: 500, storedTrades: 0 })
    await again.close()
  })

  it('fails to open what is no database, in words, and leaves nothing running', async () => {
    writeFileSync(folder.path, 'hello'.repeat(1_000))
    const opened = await start()
    expect(opened).toMatchObject({ ok: false, failure: { code: 'storage-corrupt' } })
  })

  it('refuses a second store in the same process', async () => {
    const first = unwrap(await start())
    expect(await start()).toMatchObject({ ok: false, failure: { code: 'busy' } })
    await first.close()
    await unwrap(await start()).close()
  })

  it.skipIf(process.platform === 'win32')(
    'goes on in a new file when the database is moved away, and completes the old one',
    async () => {
      const log = new ListLogger()
      const store = unwrap(await start(log))
      store.append(batchOf(run(0, 1_000)))
      unwrap(await store.flushed())
      renameSync(folder.path, `${folder.path}.moved`)
      store.append(batchOf(run(1_000, 1_000)))
      while (!(await store.flushed()).ok);
      expect(store.health()).toMatchObject({ state: 'ok', lostTrades: 0, storedTrades: 2_000 })
      await store.close()
      expect(idsOnDisk()).toEqual(Array.from({ length: 1_000 }, (_, i) => 1_000 + i))
      const moved = unwrap(openReader(`${folder.path}.moved`))
      expect(moved.stats()).toMatchObject([{ trades: 1_000 }])
      expect(moved.integrity()).toEqual([])
      expect(JSON.stringify(log.lines)).toContain('moved, deleted or replaced')
    },
  )

  it('loses nothing when its thread is ended again and again', async () => {
    let thread: StoreThread | undefined
    const log = new ListLogger()
    const store = unwrap(
      await start(log, (started) => {
        thread = started
      }),
    )
    const expected = 30 * 400
    for (let from = 0; from < expected; from += 400) {
      store.append(batchOf(run(from, 400)))
      if (from % 4_000 === 2_000) {
        await new Promise(setImmediate)
        thread?.terminate()
        // Until it is back: a write that is resent, or one that was there already.
        while (!(await store.flushed()).ok);
      }
    }
    while (!(await store.flushed()).ok);
    expect(await store.close()).toEqual({ unwritten: 0 })
    expect(log.events().filter((event) => event === 'store.thread-died')).toHaveLength(3)
    expect(idsOnDisk()).toEqual(Array.from({ length: expected }, (_, i) => i))
    expect(unwrap(openReader(folder.path)).stats()).toMatchObject([
      { market: BTC, trades: expected },
    ])
  })
})

const entry = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const mayMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).status === 0

/** Runs a script with a database path on a 4 MB disk that only it sees. */
function onSmallDisk(script: string): unknown {
  const mounted = 'mount -t tmpfs -o size=4m tmpfs "$1" && exec "$2" "$3" "$1/tape.db"'
  const out = execFileSync(
    'unshare',
    ['-m', 'sh', '-c', mounted, 'sh', dirname(folder.path), process.execPath, script],
    { encoding: 'utf8', timeout: 50_000 },
  )
  return JSON.parse(out)
}

describe.skipIf(!mayMount)('on a disk of 4 MB (a private tmpfs; needs the right to mount)', () => {
  it('waits when it is full and writes everything when there is room again', {
    timeout: 60_000,
  }, () => {
    expect(onSmallDisk(entry('./store-small-disk.ts'))).toEqual({
      whenFull: { state: 'retrying', code: 'storage-full', lostTrades: 0 },
      afterwards: { state: 'ok', waitingTrades: 0, lostTrades: 0 },
      unwritten: 0,
      onDisk: 20_000,
      integrity: [],
    })
  })

  it('says so when the disk is read-only, to read and to write', { timeout: 60_000 }, () => {
    expect(onSmallDisk(entry('./store-read-only-disk.ts'))).toEqual([
      'storage-read-only',
      'storage-read-only',
    ])
  })
})
