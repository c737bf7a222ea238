// node scripts/icons.mjs: draws the icons of the installers and the tray from their SVGs, with the
// Chromium that the tests use. Run by hand when a drawing changes; the results are committed.
//   icon.png    Linux, 1024 px                icon.ico   Windows, 16 to 256 px
//   icon.icns   macOS, drawn with the margin that its icons have
//   tray/       trayTemplate.png and @2x (macOS: black and alpha), tray.png (Linux), tray.ico (Windows)
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { icns, ico } from './parts/icon-files.mjs'
import { toolEnvironment } from './parts/process.mjs'
import { at } from './parts/root.mjs'
import { Problem, runMain, say } from './parts/say.mjs'
import { chromiumAdvice, findChromium, nodePath, prepare } from './setup.mjs'

/** Share of the canvas that macOS icons fill: 824 of 1024. */
const MAC_SHARE = 824 / 1024
const WINDOWS_SIZES = [16, 24, 32, 48, 64, 128, 256]
const MAC_SIZES = [16, 32, 64, 128, 256, 512, 1024]
const TRAY_SIZES = [16, 24, 32]

runMain(async () => {
  await prepare({ build: false, log: say })
  // Playwright wants a newer Node than this script may count on.
  if (process.execPath !== nodePath() && process.env.TAPEDECK_ICONS !== '1') {
    const env = toolEnvironment({ TAPEDECK_ICONS: '1' })
    return spawnSync(nodePath(), [fileURLToPath(import.meta.url)], { env, stdio: 'inherit' }).status
  }
  const executablePath = findChromium()
  if (executablePath === null) throw new Problem('no Chromium to draw with', chromiumAdvice())
  const { chromium } = await import('playwright')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    await drawAll(await browser.newPage({ deviceScaleFactor: 1 }))
  } finally {
    await browser.close()
  }
  say('icons drawn into resources/')
  return 0
})

async function drawAll(page) {
  const icon = readFileSync(at('resources', 'icon.svg'), 'utf8')
  const tray = readFileSync(at('resources', 'tray', 'tray-template.svg'), 'utf8')
  const draw = (svg, size, share = 1) => drawn(page, svg, size, share)
  const all = (sizes, svg, share) =>
    sizes.reduce(
      async (before, size) => [...(await before), { size, png: await draw(svg, size, share) }],
      Promise.resolve([]),
    )
  const write = (content, ...path) => writeFileSync(at('resources', ...path), content)

  write(await draw(icon, 1024), 'icon.png')
  write(ico(await all(WINDOWS_SIZES, icon)), 'icon.ico')
  write(icns(await all(MAC_SIZES, icon, MAC_SHARE)), 'icon.icns')
  write(await draw(tray, 16), 'tray', 'trayTemplate.png')
  write(await draw(tray, 32), 'tray', 'trayTemplate@2x.png')
  write(await draw(icon, 32), 'tray', 'tray.png')
  write(ico(await all(TRAY_SIZES, icon)), 'tray', 'tray.ico')
}

/** The drawing as a PNG of `size` pixels square, on nothing; `share`: what it fills of the width. */
async function drawn(page, svg, size, share) {
  const side = size * share
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(
    `<style>*{margin:0}body{display:grid;place-items:center;height:${size}px}svg{width:${side}px;height:${side}px;display:block}</style>${svg}`,
  )
  return page.screenshot({ omitBackground: true })
}
