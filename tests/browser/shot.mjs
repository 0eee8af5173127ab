// Takes pictures of a page of `cache-budget report`, light and dark, from the top to a height.
//
//   node shot.mjs PAGE OUTPUT_PREFIX [SELECTOR]
import { pathToFileURL } from 'node:url'
import { browse } from './browser.mjs'

const [page, prefix, selector] = process.argv.slice(2)
for (const colorScheme of ['light', 'dark']) {
  await browse({ viewport: { width: 900, height: 1000 }, colorScheme }, async (tab) => {
    await tab.goto(pathToFileURL(page).href)
    const scrub = tab.locator('.timeline .scrub').first()
    if (await scrub.count()) await scrub.fill(String(Math.floor(Number(await scrub.getAttribute('max')) * 0.53)))
    const path = `${prefix}-${colorScheme}.png`
    await (selector ? tab.locator(selector).first().screenshot({ path }) : tab.screenshot({ path }))
  })
}
