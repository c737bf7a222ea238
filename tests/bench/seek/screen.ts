import { type Browser, chromium, type Page } from '@playwright/test'
import { CHROMIUM_ARGS, findChromium } from '../../electron-double/chromium.ts'

/** How long one jump took, milliseconds from the event of the key. */
export interface Jumped {
  /** Until the chart drew the new stretch onto its canvas. */
  readonly drawnMs: number
  /** Until the frame in which it did so was over: by then it is painted. */
  readonly paintedMs: number
  /** Until the frame after that one began, whatever was done in between. */
  readonly nextMs: number
}

/** What the chart must have drawn. */
export interface Wanted {
  readonly from: number
  readonly to: number
  /** Milliseconds a bar. */
  readonly length: number
}

const SETTLED_MS = 250
const WARM_MS = 3_000
const DEADLINE_MS = 20_000

/** The page while it is watched. */
interface Watched extends Window {
  jumped?: Promise<Jumped>
}

/** Runs in the page: from the next key on waits for a frame whose chart shows what is wanted. */
function watch(wanted: Wanted): void {
  ;(window as Watched).jumped = new Promise((resolve) => {
    let pressed = Number.NaN
    const onKey = (event: KeyboardEvent): void => {
      pressed = event.timeStamp
    }
    window.addEventListener('keydown', onKey, { capture: true, once: true })
    const isThere = (): boolean => {
      const drawn = document.querySelector('.past-pane .chart-host')?.getAttribute('data-drawn')
      const [from, to, readFrom = Number.NaN, readTo = Number.NaN, length] = (drawn ?? '')
        .split(' ')
        .map(Number)
      if (from !== wanted.from || to !== wanted.to || length !== wanted.length) return false
      return readFrom <= wanted.from && readTo >= wanted.to
    }
    const observer = new MutationObserver(() => {
      if (Number.isNaN(pressed) || !isThere()) return
      observer.disconnect()
      const drawnMs = performance.now() - pressed
      // The canvas is drawn within a frame: a task that is posted there runs when that was painted.
      let paintedMs = Number.NaN
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        paintedMs = performance.now() - pressed
      }
      port2.postMessage(null)
      requestAnimationFrame(() => {
        const nextMs = performance.now() - pressed
        resolve({ drawnMs, paintedMs: Math.min(nextMs, paintedMs || nextMs), nextMs })
      })
    })
    const attributes = { attributes: true, subtree: true, attributeFilter: ['data-drawn'] }
    observer.observe(document.body, attributes)
  })
}

/** The screen of the history in a real browser, driven by its keys and fields. */
export class HistoryScreen {
  readonly #browser: Browser
  readonly #page: Page

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser
    this.#page = page
  }

  /** `url` as `serve` prints it. */
  static async open(url: string): Promise<HistoryScreen> {
    const browser = await chromium.launch({
      executablePath: findChromium(),
      args: [...CHROMIUM_ARGS],
    })
    const viewport = { width: 1440, height: 900 }
    const context = await browser.newContext({ viewport, timezoneId: 'UTC' })
    const page = await context.newPage()
    page.setDefaultTimeout(DEADLINE_MS)
    await page.goto(url)
    const views = page.getByRole('navigation', { name: 'Views' })
    await views.getByRole('button', { name: 'History' }).click()
    await page.locator('.past-pane[aria-busy=false] .chart-host').waitFor()
    await page.waitForTimeout(WARM_MS)
    return new HistoryScreen(browser, page)
  }

  /** Types a stretch into the fields of the calendar and presses Enter; whole seconds. */
  async stretch(from: number, to: number, length: number): Promise<Jumped> {
    await this.#page.getByLabel('From', { exact: true }).fill(typed(from))
    await this.#page.getByLabel('To', { exact: true }).fill(typed(to))
    return this.#press('Enter', { from, to, length })
  }

  /** Types a time into the field of the time to go to and presses Enter; answers with the width of the sight too. */
  async goTo(at: number, width: number, length: number): Promise<Jumped> {
    await this.#page.getByLabel('Go to time (g)').fill(typed(at))
    const half = width / 2
    return this.#press('Enter', { from: at - half, to: at + half, length })
  }

  /** Presses a key on the chart. */
  async key(key: string, wanted: Wanted): Promise<Jumped> {
    await this.#page.locator('.past-stage').focus()
    return this.#press(key, wanted)
  }

  close(): Promise<void> {
    return this.#browser.close()
  }

  async #press(key: string, wanted: Wanted): Promise<Jumped> {
    const page = this.#page
    // What the jump before set going (lists of gaps, of firings) is over.
    await page.waitForTimeout(SETTLED_MS)
    await page.evaluate(watch, wanted)
    await page.keyboard.press(key)
    const jumped = page.evaluate(() => (window as Watched).jumped as Promise<Jumped>)
    const late = page.waitForTimeout(DEADLINE_MS).then(async () => {
      const drawn = await page.locator('.past-pane .chart-host').first().getAttribute('data-drawn')
      throw new Error(`${key}: the chart shows ${drawn}, not ${JSON.stringify(wanted)}`)
    })
    return Promise.race([jumped, late])
  }
}

/** As a field of the calendar takes it, UTC. */
const typed = (at: number): string => new Date(at).toISOString().slice(0, 19)
