import './styles/tokens.css'
import './styles/base.css'
import './ui/controls.css'
import './ui/panel.css'
import './ui/overlays.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { App } from './app.tsx'
import { DeskProvider } from './binding/desk.ts'
import { connect, openPort } from './connection/api.ts'
import { browserClock, browserWall } from './connection/clock.ts'
import { browserNotifier } from './connection/page-notifier.ts'
import { createWords } from './i18n/i18n.ts'
import { createDesk } from './state/desk.ts'
import { createPreferences, type Preferences } from './state/preferences.ts'
import { TipProvider } from './ui/tip.tsx'

/** Storage may be forbidden in a browser; then choices last as long as the page. */
function storageOf(host: Window): Storage | null {
  try {
    return host.localStorage
  } catch {
    return null
  }
}

function start(host: HTMLElement): void {
  const preferences = createPreferences(storageOf(window), navigator.languages)
  const words = createWords(preferences.getState().language)
  const dress = ({ language, palette }: Preferences): void => {
    document.documentElement.lang = language
    document.documentElement.dataset.palette = palette
    if (words.language !== language) void words.changeLanguage(language)
  }
  dress(preferences.getState())
  preferences.subscribe(dress)
  const desk = createDesk({
    connection: connect(() => openPort(window), browserClock),
    preferences,
    clock: browserClock,
    nextFrame: (run) => requestAnimationFrame(run),
    wall: browserWall,
    notifier: browserNotifier(window),
    onVisibility: (listener) => document.addEventListener('visibilitychange', listener),
  })
  createRoot(host).render(
    <StrictMode>
      <I18nextProvider i18n={words}>
        <DeskProvider value={desk}>
          <TipProvider delayDuration={350}>
            <App />
          </TipProvider>
        </DeskProvider>
      </I18nextProvider>
    </StrictMode>,
  )
}

const root = document.getElementById('root')
if (root !== null) start(root)
