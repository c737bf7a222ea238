import { first, start } from './process.ts'
import { listen, type Running, type Start, tapeOf, VIEWPORT } from './shell.ts'

const READY = /^\{"event":"ready","url":"([^"]+)"/m

/** The command-line build as a server, and a browser that opens the address that it prints. */
export async function startHeadless({ dataDir, config, live, browser }: Start): Promise<Running> {
  const app = start(
    [
      ...['out/main/headless.js', 'serve', ...tapeOf(live)],
      ...['--data-dir', dataDir, '--config', config],
    ],
    {},
  )
  const url = await first<string>(app, (found) => {
    const look = (): void => {
      const match = READY.exec(app.output())
      if (match?.[1] !== undefined) found(match[1])
    }
    app.child.stdout?.on('data', look)
    return () => app.child.stdout?.off('data', look)
  })
  const context = await (await browser()).newContext({ viewport: VIEWPORT })
  const page = await context.newPage()
  const problems = listen(page)
  await page.goto(url)
  return {
    page,
    problems: async () => problems,
    stop: async () => {
      app.child.kill('SIGTERM')
      const code = await app.ended
      await context.close()
      return code
    },
    end: () => app.child.kill('SIGTERM'),
    ended: app.ended,
    output: app.output,
  }
}
