import { EventEmitter } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { AboutPanelOptionsOptions, App } from 'electron'
import { startBrowser, stopBrowser } from './browser.ts'
import { record } from './record.ts'
import { schemesAreReady } from './schemes.ts'
import { takeLock, told } from './single-instance.ts'
import { type Same, strict } from './strict.ts'

interface PackageJson {
  readonly version: string
  readonly productName: string
}
const { version, productName } = JSON.parse(
  readFileSync(resolve('package.json'), 'utf8'),
) as PackageJson

/** Windows are closed by the app when it quits; window.ts puts the function here. */
export const closing: { closeAll: () => void } = { closeAll: () => {} }

export class AppDouble extends EventEmitter {
  readonly isPackaged = process.env.DOUBLE_PACKAGED === '1'
  readonly #ready = Promise.withResolvers<void>()
  #isReady = false
  #quitting = false
  #exiting = false
  #userData: string | undefined

  /** Like Electron: after the entry module has run, never during it. */
  async begin(): Promise<void> {
    if (this.#exiting) return
    const port = await startBrowser(this.getPath('userData'))
    this.#isReady = true
    schemesAreReady()
    process.send?.({ cdp: port })
    this.emit('ready', {}, {})
    this.#ready.resolve()
  }

  readonly whenReady = (): Promise<void> => this.#ready.promise
  readonly isReady = (): boolean => this.#isReady
  readonly getVersion = (): string => version
  readonly getName = (): string => productName
  readonly getLocale = (): string => (this.#isReady ? 'en-US' : '')
  readonly getPreferredSystemLanguages = (): string[] =>
    (process.env.DOUBLE_LANGUAGES ?? 'en-US').split(',')

  readonly getPath = (name: string): string => {
    this.#userData ??= process.env.DOUBLE_USER_DATA ?? mkdtempSync(join(tmpdir(), 'double-'))
    const known: Record<string, string> = {
      home: homedir(),
      temp: tmpdir(),
      userData: this.#userData,
      logs: join(this.#userData, 'logs'),
    }
    const path = known[name]
    if (path === undefined) throw new Error(`Failed to get '${name}' path`)
    mkdirSync(path, { recursive: true })
    return path
  }

  readonly setPath = (name: string, path: string): void => {
    if (name !== 'userData') throw new Error(`electron double: setPath('${name}')`)
    if (!existsSync(path)) throw new Error(`Failed to set path: ${path} does not exist`)
    this.#userData = path
  }

  readonly setAboutPanelOptions = (options: AboutPanelOptionsOptions): void => {
    record.about = { ...options }
  }

  readonly setBadgeCount = (count?: number): boolean => {
    record.badge = count ?? 0
    return true
  }

  readonly requestSingleInstanceLock = (): boolean =>
    takeLock(this.getPath('userData'), (argv, cwd) => this.emit('second-instance', {}, argv, cwd))

  readonly quit = (): void => {
    if (this.#quitting || this.#exiting) return
    if (this.#isPrevented('before-quit')) return
    this.#quitting = true
    closing.closeAll()
    if (this.#isPrevented('will-quit')) return
    this.exit(0)
  }

  readonly exit = (code = 0): void => {
    if (this.#exiting) return
    this.#exiting = true
    process.stderr.write(`electron double: exit ${code}\n`)
    void Promise.all([stopBrowser(), told]).then(() => process.exit(code))
  }

  #isPrevented(event: string): boolean {
    let prevented = false
    this.emit(event, { preventDefault: () => (prevented = true) })
    return prevented
  }
}

const double = new AppDouble()

export const app = strict('app', double) satisfies Same<
  App,
  | 'exit'
  | 'getLocale'
  | 'getName'
  | 'getPath'
  | 'getPreferredSystemLanguages'
  | 'getVersion'
  | 'isPackaged'
  | 'isReady'
  | 'quit'
  | 'requestSingleInstanceLock'
  | 'setAboutPanelOptions'
  | 'setBadgeCount'
  | 'setPath'
  | 'whenReady'
>

setImmediate(() => {
  double.begin().catch((error: unknown) => {
    process.stderr.write(`electron double: ${String(error)}\n`)
    process.exit(70)
  })
})

// As Electron does on its own: a signal quits, and so does the end of the process that tests it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit())
process.on('disconnect', () => app.quit())
