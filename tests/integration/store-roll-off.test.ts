import { type ChildProcess, spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { openReader } from '../../src/main/store/reader.ts'
import { openSql } from '../../src/main/store/sql-reader.ts'
import { openStore } from '../../src/main/store/store-client.ts'
import { verifyTape } from '../../src/main/store/verify.ts'
import { NO_LIMITS } from '../../src/shared/domain/storage.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import {
  BTC,
  batchOf,
  ListLogger,
  mustOpen,
  noise,
  scratch,
  T0,
  trade,
  unwrap,
} from '../unit/store/store-kit.ts'

const ROLLER = fileURLToPath(new URL('./store-roller.ts', import.meta.url))
const ROUNDS = 6
const BUDGET = 400_000

let folder: ReturnType<typeof scratch>
const running = new Set<ChildProcess>()
beforeEach(() => {
  folder = scratch()
})
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  folder.remove()
})

function findings(): readonly unknown[] {
  const reader = unwrap(openReader(folder.path))
  const sql = unwrap(openSql(folder.path))
  const found = [...verifyTape(reader, sql, Date.now())].filter(({ t }) => t === 'finding')
  sql.close()
  reader.close()
  return found
}

const nth = (n: number) =>
  trade({
    id: String(n),
    exchangeTime: epochMs(T0 + n * 100),
    receiveTime: epochMs(T0 + n * 100 + noise(n, 613)),
    price: String(1 + noise(n, 99_991)),
    qty: String(1 + noise(-n, 999_983)),
  })

it('holds a budget while it records in its own thread, and gives the space back', {
  timeout: 120_000,
}, async () => {
  const log = new ListLogger()
  const store = unwrap(
    await openStore({ path: folder.path, maxWaitingTrades: 200_000 }, { clock: systemClock, log }),
  )
  const write = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n += 5_000) {
      store.append(batchOf(Array.from({ length: 5_000 }, (_, i) => nth(n + i))))
      expect(await store.flushed()).toMatchObject({ ok: true })
    }
  }
  const until = async (ready: () => Promise<boolean>): Promise<void> => {
    const end = Date.now() + 30_000
    while (!(await ready())) {
      if (Date.now() > end) throw new Error('not in half a minute')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const report = async () => unwrap(await store.storage())
  await write(0, 400_000)
  // Sealed, all but what the log holds until the next round.
  await until(async () => ((await report()).markets[0]?.bytes ?? 0) > 2_000_000)
  const before = await report()
  const limits = { ...NO_LIMITS, budgetBytes: 2_000_000 }
  const preview = unwrap(await store.rollOff(limits))
  expect(preview.trades).toBeGreaterThan(50_000)
  expect((await report()).rolledOff).toBeNull()

  store.limit(limits)
  await until(async () => (await report()).usedBytes <= 2_000_000)
  await until(async () => statSync(folder.path).size <= 2_000_000)
  const after = await report()
  expect(before.fileBytes).toBeGreaterThan(2_300_000)
  expect(after.markets[0]?.keptFrom).toBeGreaterThan(T0)
  expect(after.budgetFullInDays).toBeNull()

  await write(400_000, 800_000)
  await until(async () => {
    const { usedBytes, fileBytes, markets } = await report()
    return usedBytes <= 2_000_000 && fileBytes <= 2_000_000 && (markets[0]?.bytes ?? 0) > 0
  })
  const old = Array.from({ length: 1_000 }, (_, i) => nth(i))
  const { duplicates } = store.health()
  store.append(batchOf(old))
  await store.flushed()
  expect(store.health().duplicates).toBe(duplicates + 1_000)
  await store.close()
  expect(log.events()).toEqual([])

  const reader = unwrap(openReader(folder.path))
  const ids = [...reader.trades({})].map(({ id }) => Number(id))
  const [first = 0] = ids
  expect(ids).toEqual(Array.from({ length: 800_000 - first }, (_, i) => first + i))
  expect(first).toBeGreaterThan(400_000)
  expect(reader.kept()).toMatchObject([{ market: BTC, keptFrom: T0 + (first - 1) * 100 + 1 }])
  reader.close()
  expect(findings()).toEqual([])
  const writer = mustOpen(folder.path)
  expect(writer.db.prepare('SELECT sum(trades) FROM candle').pluck().get()).toBe(800_000)
  writer.close()
})

it(`leaves a sound tape when it is killed while trades roll off, ${ROUNDS} times`, {
  timeout: 120_000,
}, async () => {
  let next = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = spawn(process.execPath, [ROLLER, folder.path, String(next), String(BUDGET)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    running.add(child)
    let text = ''
    child.stdout.setEncoding('utf8')
    const lines = round === 0 ? 160 : 30 + Math.floor(Math.random() * 60)
    for await (const chunk of child.stdout) {
      text += String(chunk)
      if (text.split('\n').length <= lines) continue
      const pause = performance.now() + Math.random() * 10
      while (performance.now() < pause);
      child.kill('SIGKILL')
      break
    }
    await new Promise((resolve) =>
      (child.exitCode ?? child.signalCode) === null ? child.on('close', resolve) : resolve(null),
    )
    running.delete(child)
    const acknowledged = Number(text.split('\n').at(-2))

    const reader = unwrap(openReader(folder.path))
    const kept = [0, 1].map((half) => {
      const markets = [reader.markets()[half] ?? BTC]
      return [...reader.trades({ markets })]
        .map(({ id }) => Number(id.replace('text-', '')))
        .sort((a, b) => a - b)
    })
    let end = 0
    for (const numbers of kept) {
      // What is left are the newest, without a hole but at the beginning, where trades came late.
      const [first = 0, last = 0] = [numbers[20], numbers.at(-1)]
      expect(numbers.slice(20)).toEqual(
        Array.from({ length: (last - first) / 2 + 1 }, (_, i) => first + 2 * i),
      )
      expect(first).toBeGreaterThan(1_000)
      end = Math.max(end, last + 1)
    }
    expect(end).toBeGreaterThanOrEqual(acknowledged)
    expect(reader.kept()).toHaveLength(2)
    expect([...reader.verify()]).toEqual([])
    expect(reader.integrity()).toEqual([])
    reader.close()
    expect(findings()).toEqual([])
    const store = mustOpen(folder.path)
    expect(store.db.prepare('SELECT sum(trades) FROM candle').pluck().get()).toBe(end)
    store.close()
    next = end
  }
})
