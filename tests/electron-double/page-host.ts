import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { CDPSession, Page } from 'playwright'
import { browser } from './browser.ts'
import { record } from './record.ts'
import { fromWeb, toWeb } from './schemes.ts'
import { isolatedWorld, mainWorld } from './worlds.ts'

/** What a page tells the window that it is in. */
export interface PageListener {
  message(channel: string, values: readonly unknown[]): void
  preloadFailed(message: string): void
  leave(how: 'open' | 'navigate', url: string): void
  navigated(url: string): void
  loaded(): void
  crashed(): void
  closed(): void
}

/** One tab of Chromium with the preload in an isolated world of its own. */
export interface PageHost {
  load(url: string): Promise<void>
  reload(): Promise<void>
  /** Delivers a message to the preload of the page that is there now. */
  deliver(text: string): void
  crash(): Promise<void>
  close(): Promise<void>
}

interface Names {
  readonly key: string
  readonly post: string
  readonly leave: string
}

let firstTaken = false

/** Opens a tab; `preload` is the path of the script, read anew for each tab. */
export async function openPage(
  preload: string,
  size: { readonly width: number; readonly height: number },
  listener: PageListener,
): Promise<PageHost> {
  const context = browser()
  const [first] = context.pages()
  const page = first !== undefined && !firstTaken ? first : await context.newPage()
  firstTaken = true
  await page.setViewportSize(size)
  const cdp = await context.newCDPSession(page)
  const suffix = randomBytes(8).toString('hex')
  const names: Names = { key: `ed${suffix}`, post: `post${suffix}`, leave: `leave${suffix}` }
  const isolated = { context: 0 }
  listenToCdp(cdp, names, isolated, listener)
  listenToPage(page, listener)
  await prepare(cdp, names, readFileSync(preload, 'utf8'))
  return {
    load: async (url) => void (await page.goto(toWeb(url), { waitUntil: 'load' })),
    reload: async () => void (await page.reload()),
    deliver: (text) => {
      if (isolated.context === 0 || page.isClosed()) return
      const expression = `__deliver(${JSON.stringify(text)})`
      const contextId = isolated.context
      cdp.send('Runtime.evaluate', { contextId, expression }).catch(() => {})
    },
    crash: async () => void cdp.send('Page.crash').catch(() => {}),
    close: () => page.close().catch(() => {}),
  }
}

async function prepare(cdp: CDPSession, names: Names, preload: string): Promise<void> {
  const { key, post, leave } = names
  await cdp.send('Page.enable')
  await cdp.send('Runtime.enable')
  await cdp.send('Runtime.addBinding', { name: leave })
  await cdp.send('Runtime.addBinding', { name: post, executionContextName: key })
  await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorld(key, leave) })
  const source = isolatedWorld(key, post, preload)
  await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName: key })
}

function listenToCdp(
  cdp: CDPSession,
  names: Names,
  isolated: { context: number },
  listener: PageListener,
): void {
  cdp.on('Runtime.executionContextCreated', ({ context }) => {
    if (context.name === names.key) isolated.context = context.id
  })
  cdp.on('Runtime.bindingCalled', ({ name, payload }) => {
    const said = JSON.parse(payload) as {
      readonly channel: string
      readonly values: readonly unknown[]
      readonly failed?: string
      readonly how: 'open' | 'navigate'
      readonly url: string
    }
    if (name === names.leave) listener.leave(said.how, said.url)
    else if (name !== names.post) return
    else if (said.failed !== undefined) listener.preloadFailed(said.failed)
    else listener.message(said.channel, said.values)
  })
}

function listenToPage(page: Page, listener: PageListener): void {
  page.on('console', (message) => {
    if (message.type() === 'error') record.errors.push(message.text())
  })
  page.on('pageerror', (error) => record.errors.push(String(error)))
  page.on('load', () => listener.loaded())
  page.on('crash', () => listener.crashed())
  page.on('close', () => listener.closed())
  page.on('popup', (popup) => void popup.close().catch(() => {}))
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) listener.navigated(fromWeb(frame.url()))
  })
}
