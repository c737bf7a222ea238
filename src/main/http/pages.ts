/** A page in plain words, for a person who came to the wrong door. */
export function page(title: string, paragraphs: readonly string[], link?: string): string {
  const words = paragraphs.map((text) => `<p>${text}</p>`).join('\n    ')
  const again = link === undefined ? '' : `<p><a href="/">${link}</a></p>`
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="dark light">
    <title>${title} · Tapedeck</title>
    <link rel="icon" href="data:,">
    <style>${STYLE}</style>
  </head>
  <body>
    <main>
    <div class="reel" aria-hidden="true"><i></i><i></i></div>
    <h1>${title}</h1>
    ${words}
    ${again}
    </main>
  </body>
</html>
`
}

const STYLE = `
:root { --ground: #0f1216; --text: #e6e9ee; --soft: #9aa4b2; --line: #2a313b; --mark: #f0a94a }
@media (prefers-color-scheme: light) {
  :root { --ground: #f7f7f5; --text: #1b1f24; --soft: #57606c; --line: #d9dcd6; --mark: #9a5b00 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 2rem;
  background: var(--ground); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif }
main { max-width: 34rem; border: 1px solid var(--line); border-radius: 12px; padding: 2rem }
h1 { font-size: 1.35rem; margin: 1.25rem 0 .75rem }
p { margin: .5rem 0; color: var(--soft) }
a { color: var(--mark) }
code { font: .92em ui-monospace, 'SF Mono', Menlo, monospace; color: var(--text) }
.reel { display: flex; gap: .75rem }
.reel i { width: 1.75rem; height: 1.75rem; border-radius: 50%; border: 3px solid var(--mark);
  box-shadow: inset 0 0 0 5px var(--ground), inset 0 0 0 8px var(--mark) }
`

export const LOCKED = page(
  'This tape needs its key',
  [
    'Tapedeck is running here, but it opens only to whoever holds the key of this start.',
    'Use the address that was printed when it started, the one with <code>/?token=</code> in it. ' +
      'A new start makes a new key, so an address from an earlier one no longer works.',
  ],
  'I have just opened that address: try again',
)

export const WRONG_NAME = page('Not by this name', [
  'Tapedeck answers only when it is called by the address that it printed at its start. ' +
    'That keeps other web sites from reaching it through your browser.',
])

export const NOT_FOUND = page('Nothing here', ['There is no such page.'], 'To the tape')

export const NOT_BUILT = page('The screen is not built', [
  'The recorder is running, but the files of its screen are missing.',
  'Run <code>npm run build</code> in the project folder and start again.',
])
