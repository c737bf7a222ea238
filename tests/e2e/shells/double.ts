import { type Browser, chromium, type Page } from '@playwright/test'
import type { Message, Order } from '../../electron-double/control.ts'
import type { DoubleRecord } from '../../electron-double/record.ts'
import { type App, first, start } from './process.ts'
import { listen, type Running, type Start, tapeOf } from './shell.ts'

const REGISTER = './tests/electron-double/register.ts'

/** The process alone: the Electron build under the double, no page looked at yet. */
export const startUnderDouble = ({ dataDir, config, live }: Omit<Start, 'browser'>): App =>
  start(['--import', REGISTER, 'out/main/index.js', ...tapeOf(live), '--config', config], {
    TAPEDECK_DATA_DIR: dataDir,
  })

/** The Electron build under the double, and a second connection to the browser behind it. */
export async function startDouble(given: Start): Promise<Running> {
  const app = startUnderDouble(given)
  const port = await first<number>(app, (found) => {
    const look = (message: Message): void => {
      if ('cdp' in message) found(message.cdp)
    }
    app.child.on('message', look)
    return () => app.child.off('message', look)
  })
  const page = await attach(port).catch((error: unknown) => {
    throw new Error(`${String(error)}\nThe app said:\n${app.output()}`)
  })
  const order = orders(app)
  const problems = listen(page)
  return {
    page,
    order,
    problems: async () => {
      // The double has listened from the first byte of the page; we came a moment later.
      const { errors, blocked } = (await order({ op: 'record' })) as DoubleRecord
      return [...errors, ...blocked.map((url) => `request to ${url}`), ...problems]
    },
    stop: async () => {
      app.child.kill('SIGTERM')
      return app.ended
    },
    end: () => app.child.kill('SIGTERM'),
    ended: app.ended,
    output: app.output,
  }
}

const attach = async (port: number): Promise<Page> =>
  appPage(await chromium.connectOverCDP(`http://127.0.0.1:${port}`))

/** The window's page, as soon as it shows the app. */
async function appPage(browser: Browser): Promise<Page> {
  const deadline = Date.now() + 15_000
  while (Date.now() < deadline) {
    const pages = browser.contexts().flatMap((context) => context.pages())
    const page = pages.findLast((one) => one.url().startsWith('https://tapedeck.app.test/'))
    if (page !== undefined) return page
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  throw new Error('The window did not open.')
}

function orders({ child }: App): (order: Order) => Promise<unknown> {
  let last = 0
  return (order) => {
    last += 1
    const id = last
    return new Promise((resolve) => {
      const take = (message: Message): void => {
        if (!('id' in message) || message.id !== id) return
        child.off('message', take)
        resolve(message.value)
      }
      child.on('message', take)
      child.send({ ...order, id })
    })
  }
}
