import { ORIGIN, onStage } from './stage.ts'

// How much of one core the page's main thread needs, per scenario, and whether frames are missed.
// The fake engine works in a thread of its own and is not counted.

const SECONDS = 10

await onStage(async (browser) => {
  for (const scenario of ['normal', 'many', 'burst']) {
    const page = await browser.newPage({ viewport: { width: 1600, height: 960 } })
    await page.goto(`${ORIGIN}/?scenario=${scenario}`)
    await page.getByRole('row', { name: 'binance:BTC-USDT' }).waitFor()
    await page.waitForTimeout(4_000)
    const session = await page.context().newCDPSession(page)
    // CPU time of the thread: what other programs on this machine take does not count.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const read = async (): Promise<Readonly<Record<string, number>>> => {
      const { metrics } = await session.send('Performance.getMetrics')
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
    }
    const before = await read()
    const longest = await page.evaluate(async (ms) => {
      const gaps: number[] = []
      let last = performance.now()
      const end = last + ms
      while (last < end) {
        const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
        gaps.push(now - last)
        last = now
      }
      gaps.sort((a, b) => a - b)
      return { frames: gaps.length, p99: gaps[Math.floor(gaps.length * 0.99)], max: gaps.at(-1) }
    }, SECONDS * 1_000)
    const after = await read()
    const share = (name: string): string =>
      `${((((after[name] ?? 0) - (before[name] ?? 0)) / SECONDS) * 100).toFixed(1)} %`
    console.log(scenario, {
      mainThread: share('TaskDuration'),
      script: share('ScriptDuration'),
      style: share('RecalcStyleDuration'),
      layout: share('LayoutDuration'),
      heapMB: ((after.JSHeapUsedSize ?? 0) / 1e6).toFixed(1),
      nodes: after.Nodes,
      ...longest,
    })
    await page.close()
  }
})
