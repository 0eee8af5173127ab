// Looks at a page of `cache-budget report` as a person does, and prints one line of JSON with what
// was seen.
//
//   node look.mjs PAGE
import { pathToFileURL } from 'node:url'
import { browse } from './browser.mjs'

const seen = await browse({ viewport: { width: 1000, height: 900 } }, look)
console.log(JSON.stringify(seen))

async function look(page) {
  const errors = []
  const requests = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('dialog', (dialog) => {
    errors.push('dialog: ' + dialog.message())
    dialog.dismiss()
  })
  page.on('request', (request) => requests.push(request.url().split(':')[0]))
  await page.goto(pathToFileURL(process.argv[2]).href)
  return {
    title: await page.title(),
    ...(await hover(page)),
    ...(await keyboard(page)),
    ...(await slider(page)),
    ...(await sorting(page)),
    ...(await filter(page)),
    ...(await theme(page)),
    ...(await layout(page)),
    errors,
    schemes: [...new Set(requests)],
  }
}

// The value under the pointer.
async function hover(page) {
  const part = page.locator('figure svg .tips rect').first()
  await part.scrollIntoViewIfNeeded()
  await part.hover()
  const shown = await page.locator('#tip').isVisible()
  return { hovered: shown && (await page.locator('#tip').textContent()) }
}

// The arrow keys go through the same values.
async function keyboard(page) {
  await page.mouse.move(0, 0)
  await page.locator('figure svg').first().focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  const second = await page.locator('#tip').textContent()
  await page.keyboard.press('Escape')
  return { tabbed: second, escaped: await page.locator('#tip').isHidden() }
}

// Scrubbing and zooming: what the timeline says, and whether it is drawn anew.
async function slider(page) {
  const timeline = page.locator('.timeline').first()
  if ((await timeline.count()) === 0) return {}
  await timeline.scrollIntoViewIfNeeded()
  const says = () => timeline.locator('output').textContent()
  const drawn = () => timeline.locator('canvas').evaluate((canvas) => canvas.toDataURL())
  const [before, drawnBefore] = [await says(), await drawn()]
  const scrub = timeline.locator('.scrub')
  const half = Math.floor(Number(await scrub.getAttribute('max')) / 2)
  await scrub.fill(String(half))
  const [after, drawnAfter] = [await says(), await drawn()]
  await timeline.locator('canvas').focus()
  await page.keyboard.press('ArrowRight')
  const next = await scrub.inputValue()
  await timeline.locator('.zoom').fill('80')
  const zoomed = await drawn()
  await timeline.locator('.whole').click()
  return {
    scrubbed: before !== after && drawnBefore !== drawnAfter,
    said: after,
    stepped: Number(next) > half,
    zoomed: zoomed !== drawnAfter,
  }
}

// A click on a heading sorts by its numbers, another one the other way round.
async function sorting(page) {
  const table = page.locator('main section table.sortable').first()
  const column = (await table.locator('thead th').count()) - 1
  const cells = async () => table.locator(`tbody tr td:nth-child(${column + 1})`).allTextContents()
  const click = () => table.locator('thead th button').nth(column).click()
  await click()
  const down = await cells()
  await click()
  const up = await cells()
  return { down, up, sorted: await table.locator('thead th').nth(column).getAttribute('aria-sort') }
}

async function filter(page) {
  const rows = () => page.locator('#all tbody tr').count()
  const before = await rows()
  await page.locator('#filter').fill('hit_ratio')
  return { rows: before, filtered: await rows(), matches: await page.locator('#matches').textContent() }
}

async function theme(page) {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const before = await ground()
  await page.locator('#theme').click()
  return { grounds: [before, await ground()] }
}

// Nothing is wider than the page, and hostile names made no elements.
async function layout(page) {
  return page.evaluate(() => ({
    narrowest: Math.min(...[...document.querySelectorAll('[id^=result] td:not(.number)')].map((cell) => cell.clientWidth)),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    scripts: document.scripts.length,
    images: document.images.length,
  }))
}
