// Takes pictures of a page of `cache-budget report`, light and dark: of its top, or of a part.
//
//   node shot.mjs PAGE OUTPUT_PREFIX [SELECTOR]
import { pathToFileURL } from 'node:url'
import { browse } from './browser.mjs'

const [page, prefix, selector] = process.argv.slice(2)
for (const colorScheme of ['light', 'dark']) {
  await browse({ viewport: { width: 900, height: 1000 }, colorScheme }, async (tab) => {
    await tab.goto(pathToFileURL(page).href)
    // The fullest moment, looked at closely.
    await tab.evaluate(() => {
      for (const timeline of timelines) {
        timeline.go(timeline.peak.indexOf(Math.max(...timeline.peak)))
        timeline.zoomTo(60)
      }
    })
    const path = `${prefix}-${colorScheme}.png`
    await (selector ? tab.locator(selector).first().screenshot({ path }) : tab.screenshot({ path }))
  })
}
