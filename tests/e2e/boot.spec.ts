import { chart, demoLabel, tape } from './desk.ts'
import { expect, test } from './fixture.ts'

test('boots on the demo tape, says so, and complains of nothing', async ({ app, page }) => {
  await expect(demoLabel(page)).toBeVisible()
  await expect(tape(page)).toBeVisible()
  await expect(chart(page)).toBeVisible()
  await app.picture('desk')
  await page.getByRole('button', { name: 'About' }).click()
  await expect(page.getByRole('dialog').getByRole('link')).toHaveAttribute(
    'href',
    'https://www.tradingview.com/',
  )
  await app.picture('about')
  expect(await app.running().problems()).toEqual([])
})

test('the page is a plain page: no Node, no way around its policy', async ({ app, page }) => {
  await expect(demoLabel(page)).toBeVisible()
  const seen = await page.evaluate(() => ({
    require: 'require' in globalThis,
    process: 'process' in globalThis,
    module: 'module' in globalThis,
    secure: isSecureContext,
    bridge: Object.isFrozen(Reflect.get(globalThis, 'tapedeck')),
    members: Object.keys(Reflect.get(globalThis, 'tapedeck') ?? {}),
  }))
  const members = app.shell === 'headless' ? [] : ['connect']
  expect(seen).toEqual({
    require: false,
    process: false,
    module: false,
    secure: true,
    bridge: true,
    members,
  })

  const got = await page.evaluate(async () => {
    const script = document.createElement('script')
    script.textContent = 'globalThis.inlineRan = true'
    document.head.append(script)
    const refused = await fetch('https://example.com/').then(
      () => 'answered',
      () => 'refused',
    )
    const own = await fetch('/index.html')
    const policy = own.headers.get('content-security-policy') ?? ''
    return { inline: 'inlineRan' in globalThis, refused, policy }
  })
  expect(got).toMatchObject({ inline: false, refused: 'refused' })
  expect(got.policy).toContain("script-src 'self'")
})
