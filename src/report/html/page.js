'use strict'
// Everything that comes from a file is put in as text, never as markup.
const data = JSON.parse(document.getElementById('data').textContent)
const root = document.documentElement
const tip = document.getElementById('tip')

function make(name, text, className) {
  const element = document.createElement(name)
  if (text !== undefined) element.textContent = text
  if (className) element.className = className
  return element
}

// --- light and dark

document.getElementById('theme').addEventListener('click', () => {
  const system = matchMedia('(prefers-color-scheme:dark)').matches ? 'dark' : 'light'
  root.dataset.theme = (root.dataset.theme || system) === 'dark' ? 'light' : 'dark'
  timelines.forEach((timeline) => timeline.draw())
})
matchMedia('(prefers-color-scheme:dark)').addEventListener('change', () => timelines.forEach((t) => t.draw()))

const ink = (name) => getComputedStyle(root).getPropertyValue('--' + name).trim()

// --- values behind the parts of a picture: under the pointer, and with the arrow keys

function show(text, x, y) {
  tip.textContent = text
  tip.hidden = false
  const { width, height } = tip.getBoundingClientRect()
  tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - width - 4)) + 'px'
  tip.style.top = (y + height + 18 > innerHeight ? Math.max(4, y - height - 10) : y + 14) + 'px'
}

function hide() {
  tip.hidden = true
}

document.querySelectorAll('figure svg').forEach((svg) => {
  const parts = [...svg.querySelectorAll('.tips rect')]
  if (parts.length === 0) return
  let at = -1
  const unmark = () => parts[at] && parts[at].classList.remove('on')
  svg.addEventListener('pointermove', (event) => {
    unmark()
    const text = event.target.dataset && event.target.dataset.tip
    if (text) show(text, event.clientX, event.clientY)
    else hide()
  })
  svg.addEventListener('pointerleave', hide)
  svg.setAttribute('tabindex', '0')
  svg.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (event.key === 'Escape') hide()
    if (!step) return
    event.preventDefault()
    unmark()
    at = (at + step + parts.length) % parts.length
    parts[at].classList.add('on')
    const { left, top } = parts[at].getBoundingClientRect()
    show(parts[at].dataset.tip, left, top)
  })
  svg.addEventListener('blur', () => {
    unmark()
    hide()
  })
})

// --- tables

const UNITS = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 }

// `3.4 GB (3.3–3.4)` by its size, `−3.1 min` by its number, names by their letters, `-` last either way.
function worth(cell) {
  const found = cell.textContent.trim().match(/^([−+-]?[\d.]+(?:e[+-]?\d+)?)(?:\s([kMGT]?i?B)\b)?/)
  if (!found) return NaN
  return Number(found[1].replace('−', '-').replace('+', '')) * (UNITS[found[2]] || 1)
}

function compared(a, b, sign) {
  const [x, y] = [worth(a), worth(b)]
  if (Number.isNaN(x) && Number.isNaN(y)) return sign * a.textContent.localeCompare(b.textContent)
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1
  return sign * (x - y)
}

function sort(table, column, direction) {
  const rows = [...table.tBodies[0].rows]
  const sign = direction === 'ascending' ? 1 : -1
  rows.sort((a, b) => compared(a.cells[column], b.cells[column], sign))
  table.tBodies[0].append(...rows)
}

document.querySelectorAll('table.sortable').forEach((table) => {
  const headings = [...table.tHead.rows[0].cells]
  headings.forEach((heading, column) => {
    const button = make('button', heading.textContent)
    button.type = 'button'
    heading.replaceChildren(button)
    button.addEventListener('click', () => {
      const direction = heading.getAttribute('aria-sort') === 'descending' ? 'ascending' : 'descending'
      headings.forEach((other) => other.removeAttribute('aria-sort'))
      heading.setAttribute('aria-sort', direction)
      if (table.id === 'all') fill({ column, direction })
      else sort(table, column, direction)
    })
  })
})

// --- every metric, of which so many are shown at once

const ROWS_MAX = 300
const all = document.getElementById('all')
const filter = document.getElementById('filter')
let order = null

function fill(wanted) {
  order = wanted || order
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean)
  const rows = data.metrics.filter((row) => {
    const text = (row[0] + ' ' + row[1]).toLowerCase()
    return words.every((word) => text.includes(word))
  })
  if (order) {
    const sign = order.direction === 'ascending' ? 1 : -1
    const by = order.column
    rows.sort((a, b) => sign * (typeof a[by] === 'number' ? a[by] - b[by] : a[by].localeCompare(b[by])))
  }
  const made = rows.slice(0, ROWS_MAX).map((row) => {
    const tr = make('tr')
    row.forEach((value) => tr.append(make('td', String(value), typeof value === 'number' ? 'number' : '')))
    return tr
  })
  all.tBodies[0].replaceChildren(...made)
  const shown = rows.length > ROWS_MAX ? `, the first ${ROWS_MAX} shown` : ''
  document.getElementById('matches').textContent = `${rows.length} of ${data.metrics.length} values${shown}`
}
filter.addEventListener('input', () => fill())
fill()

// --- the timeline: the budget, what sweeps evict, and the jobs below, to zoom and scrub

function bytes(size) {
  for (const unit of ['TB', 'GB', 'MB', 'kB']) {
    if (size >= 0.9995 * UNITS[unit]) return Number((size / UNITS[unit]).toPrecision(3)) + ' ' + unit
  }
  return Math.round(size) + ' B'
}

const DATES = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' })
const DAYS = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' })
const HOURS = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit' })

class Timeline {
  constructor(section, told) {
    Object.assign(this, told)
    this.canvas = section.querySelector('canvas')
    this.readout = section.querySelector('output')
    this.scrub = section.querySelector('.scrub')
    this.zoom = section.querySelector('.zoom')
    this.length = this.step * this.peak.length
    this.from = 0
    this.until = this.length
    this.at = 0
    this.shortest = Math.min(this.length, 12 * this.step)
    this.moved = new Map()
    for (const [kind, rows] of [['stored', told.stored], ['evicted', told.evicted]]) {
      for (const [step, client, size] of rows) {
        const key = kind + step
        this.moved.set(key, [...(this.moved.get(key) || []), [client, size]])
      }
    }
    this.scrub.max = String(this.peak.length - 1)
    this.scrub.addEventListener('input', () => this.go(Number(this.scrub.value)))
    this.zoom.addEventListener('input', () => this.zoomTo(Number(this.zoom.value)))
    section.querySelector('.whole').addEventListener('click', () => this.zoomTo(0))
    this.listen()
    new ResizeObserver(() => this.draw()).observe(this.canvas)
    this.go(0)
  }

  listen() {
    const { canvas } = this
    canvas.addEventListener('keydown', (event) => {
      const steps = Math.max(1, Math.round((this.until - this.from) / this.step / 100))
      const moves = { ArrowRight: steps, ArrowLeft: -steps, PageDown: 10 * steps, PageUp: -10 * steps, Home: -Infinity, End: Infinity }
      const zooms = { '+': 10, '=': 10, '-': -10 }
      if (event.key in moves) this.go(this.at + moves[event.key])
      else if (event.key in zooms) this.zoomTo(Number(this.zoom.value) + zooms[event.key])
      else return
      event.preventDefault()
    })
    let dragged = null
    canvas.addEventListener('pointerdown', (event) => {
      dragged = { x: event.clientX, from: this.from }
      canvas.setPointerCapture(event.pointerId)
    })
    canvas.addEventListener('pointermove', (event) => {
      if (dragged && Math.abs(event.clientX - dragged.x) > 3) {
        const seconds = ((dragged.x - event.clientX) / this.width) * (this.until - this.from)
        this.window(dragged.from + seconds, this.until - this.from)
        this.draw()
      } else if (!dragged) this.go(this.stepAt(event))
    })
    canvas.addEventListener('pointerup', (event) => {
      if (dragged && Math.abs(event.clientX - dragged.x) <= 3) this.go(this.stepAt(event))
      dragged = null
    })
    canvas.addEventListener('wheel', (event) => {
      if (!event.ctrlKey && !event.shiftKey) return
      event.preventDefault()
      this.go(this.stepAt(event))
      this.zoomTo(Number(this.zoom.value) - Math.sign(event.deltaY || event.deltaX) * 5)
    }, { passive: false })
  }

  stepAt(event) {
    const x = event.clientX - this.canvas.getBoundingClientRect().left - this.left
    return Math.floor((this.from + (x / this.width) * (this.until - this.from)) / this.step)
  }

  // Shows so many seconds from an instant on, as far as there is time.
  window(from, length) {
    this.from = Math.max(0, Math.min(from, this.length - length))
    this.until = this.from + length
  }

  // 0 shows everything, 100 the shortest span; in between evenly by ratios.
  zoomTo(level) {
    level = Math.max(0, Math.min(100, level))
    this.zoom.value = String(level)
    const length = this.length * (this.shortest / this.length) ** (level / 100)
    this.window((this.at + 0.5) * this.step - length / 2, length)
    this.draw()
  }

  go(step) {
    this.at = Math.max(0, Math.min(this.peak.length - 1, step))
    this.scrub.value = String(this.at)
    const seconds = this.at * this.step
    const length = this.until - this.from
    if (seconds < this.from || seconds >= this.until) this.window(seconds - length / 2, length)
    this.readout.textContent = this.say()
    this.scrub.setAttribute('aria-valuetext', this.readout.textContent)
    this.draw()
  }

  // The jobs that run during a step.
  running(step) {
    const [from, to] = [step * this.step, (step + 1) * this.step]
    return this.runs.filter(([start, seconds]) => start < to && start + seconds > from)
  }

  say() {
    const from = this.start + this.at * this.step * 1000
    const to = new Date(from + this.step * 1000)
    const list = (kind) => (this.moved.get(kind + this.at) || []).map(([client, size]) => `${this.clients[client]} ${bytes(size * this.unit)}`).join(', ')
    const held = this.clients.map((name, client) => [name, this.held[client][this.at] * this.unit]).filter(([, size]) => size > 0)
    const total = held.reduce((sum, [, size]) => sum + size, 0)
    const runs = this.running(this.at)
    const named = runs.slice(0, 6).map(([, seconds, , job, ref]) => `${this.jobs[job]} on ${this.refs[ref]} ${Math.round(seconds / 60)} min`)
    return [
      `${DATES.format(from)} to ${HOURS.format(to)} UTC`,
      `holds ${bytes(total)} at the end: ${held.map(([name, size]) => `${name} ${bytes(size)}`).join(', ') || 'nothing'}`,
      `peak ${bytes(this.peak[this.at] * this.unit)}, limit ${this.limit_text}`,
      `stored: ${list('stored') || 'nothing'}; evicted: ${list('evicted') || 'nothing'}`,
      `${runs.length} jobs run${named.length ? ': ' + named.join(', ') : ''}${runs.length > 6 ? ', …' : ''}`,
    ].join('\n')
  }

  draw() {
    const { canvas } = this
    const [width, height] = [canvas.clientWidth, canvas.clientHeight]
    if (width === 0) return
    const ratio = window.devicePixelRatio || 1
    canvas.width = width * ratio
    canvas.height = height * ratio
    this.left = 52
    this.width = width - this.left - 12
    const context = canvas.getContext('2d')
    context.scale(ratio, ratio)
    context.clearRect(0, 0, width, height)
    context.font = '11px ' + getComputedStyle(document.body).fontFamily
    const columns = this.columns()
    this.drawHeld(context, columns, 24, 190)
    this.drawEvicted(context, columns, 244, 70)
    this.drawJobs(context, 344, height - 344 - 24)
    this.drawTime(context, height)
    this.drawCursor(context, height)
  }

  px(seconds) {
    return this.left + ((seconds - this.from) / (this.until - this.from)) * this.width
  }

  // Steps of the window, several in one column where there are more than pixels.
  columns() {
    const first = Math.floor(this.from / this.step)
    const last = Math.min(this.peak.length, Math.ceil(this.until / this.step))
    const each = Math.max(1, Math.floor((last - first) / (this.width / 2)))
    const columns = []
    for (let begin = first; begin < last; begin += each) {
      const end = Math.min(begin + each, last)
      const column = { begin, end, held: this.clients.map(() => 0), evicted: this.clients.map(() => 0), peak: 0 }
      for (let step = begin; step < end; step++) {
        this.clients.forEach((_, client) => (column.held[client] += this.held[client][step] / (end - begin)))
        column.peak = Math.max(column.peak, this.peak[step])
        for (const [client, size] of this.moved.get('evicted' + step) || []) column.evicted[client] += size
      }
      columns.push(column)
    }
    return columns
  }

  // Where a column is, in whole pixels: half ones would show as stripes.
  place(column) {
    const left = Math.round(Math.max(this.left, this.px(column.begin * this.step)))
    const right = Math.round(Math.min(this.px(column.end * this.step), this.left + this.width))
    return [left, Math.max(1, right - left)]
  }

  axis(context, label, most, top, height) {
    context.fillStyle = ink('muted')
    context.textAlign = 'left'
    context.fillText(label, this.left, top - 8)
    context.textAlign = 'right'
    const magnitude = 10 ** Math.floor(Math.log10(most / 4 || 1))
    const step = [1, 2, 5, 10].map((times) => times * magnitude).find((size) => size * 5 >= most) || most
    for (let value = 0; value <= most; value += step) {
      const y = top + height - (value / most) * height
      context.strokeStyle = ink('grid')
      context.beginPath()
      context.moveTo(this.left, y + 0.5)
      context.lineTo(this.left + this.width, y + 0.5)
      context.stroke()
      context.fillText(bytes(value * this.unit), this.left - 6, y + 4)
    }
  }

  drawHeld(context, columns, top, height) {
    const most = Math.max(this.limit / this.unit, ...columns.map((column) => column.peak)) * 1.03
    this.axis(context, 'held, with the peak in grey', most, top, height)
    const y = (value) => top + height - (value / most) * height
    for (const column of columns) {
      const [left, width] = this.place(column)
      context.fillStyle = ink('grey')
      context.globalAlpha = 0.45
      context.fillRect(left, y(column.peak), width, y(0) - y(column.peak))
      context.globalAlpha = 1
      let low = 0
      column.held.forEach((size, client) => {
        context.fillStyle = ink(this.inks[client])
        context.fillRect(left, y(low + size), width, y(low) - y(low + size))
        low += size
      })
    }
    context.strokeStyle = ink('red')
    context.setLineDash([6, 4])
    context.lineWidth = 2
    context.beginPath()
    context.moveTo(this.left, y(this.limit / this.unit))
    context.lineTo(this.left + this.width, y(this.limit / this.unit))
    context.stroke()
    context.setLineDash([])
    context.lineWidth = 1
  }

  drawEvicted(context, columns, top, height) {
    const sum = (column) => column.evicted.reduce((a, b) => a + b, 0)
    const most = Math.max(1, ...columns.map(sum)) * 1.03
    this.axis(context, 'evicted by sweeps', most, top, height)
    for (const column of columns) {
      const [left, width] = this.place(column)
      let low = 0
      column.evicted.forEach((size, client) => {
        context.fillStyle = ink(this.inks[client])
        const from = top + height - (low / most) * height
        const to = top + height - ((low + size) / most) * height
        context.fillRect(left, to, width, from - to)
        low += size
      })
    }
  }

  drawJobs(context, top, height) {
    context.fillStyle = ink('muted')
    context.textAlign = 'left'
    const words = 'jobs (red: work that a perfect cache would have saved)'
    const fits = context.measureText(words).width <= this.width
    context.fillText(fits ? words : 'jobs (red: avoidable work)', this.left, top - 8)
    const row = Math.max(2, Math.min(14, height / Math.max(1, this.jobs.length)))
    for (const [start, seconds, wasted, job] of this.runs) {
      if (start > this.until || start + seconds < this.from) continue
      const clip = (x) => Math.max(this.left, Math.min(x, this.left + this.width))
      const [from, middle, to] = [start, start + wasted, start + seconds].map((at) => clip(this.px(at)))
      const y = top + (job % Math.max(1, Math.floor(height / row))) * row
      // A run of less than two pixels has the colour of its larger part.
      const tiny = to - from < 2
      context.fillStyle = ink(tiny && wasted > seconds / 2 ? 'red' : 'blue')
      context.fillRect(from, y, Math.max(1, to - from), row - 1)
      context.fillStyle = ink('red')
      if (!tiny) context.fillRect(from, y, Math.min(middle, to) - from, row - 1)
    }
  }

  drawTime(context, height) {
    const DAY = 86400
    const steps = [60, 300, 900, 3600, 10800, 21600, 43200, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 56 * DAY, 182 * DAY, 364 * DAY]
    const room = Math.max(2, Math.floor(this.width / 90))
    const step = steps.find((seconds) => (this.until - this.from) / seconds <= room) || 3640 * DAY
    const zero = this.start / 1000
    context.fillStyle = ink('muted')
    context.textAlign = 'center'
    for (let at = Math.ceil((zero + this.from) / step) * step; at <= zero + this.until; at += step) {
      const x = this.px(at - zero)
      if (x > this.left + 20 && x < this.left + this.width - 20) context.fillText((step < DAY && at % DAY ? HOURS : DAYS).format(at * 1000), x, height - 8)
    }
  }

  drawCursor(context, height) {
    const x = this.px((this.at + 0.5) * this.step)
    context.fillStyle = ink('text')
    context.fillRect(x - 0.75, 14, 1.5, height - 34)
  }
}

const timelines = data.timelines.map((told, place) => new Timeline(document.getElementById('timeline-' + place), told))
