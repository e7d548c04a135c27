// Draws plots, and keeps a page that says so up to date. Everything works without it.
(() => {
  'use strict';

  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const two = n => String(n).padStart(2, '0');
  const drawn = new Map();

  function moment(millis, span) {
    const at = new Date(millis);
    const day = `${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
    const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
    return span > 172800000 ? day : span > 86400000 ? `${day} ${time}` : time;
  }

  function dataset(line, index, at, before) {
    const points = line.values.map((value, n) => ({x: at[n], y: value}));
    const colour = line.kind === 'LIMIT' ? css('--plot-limit') : css(`--plot-${1 + index % 4}`);
    const ends = line.kind === 'BAND' || (before && before.kind === 'BAND');
    return {
      label: line.name,
      data: points,
      borderColor: ends ? 'transparent' : colour,
      backgroundColor: line.kind === 'BAND' ? css('--plot-band') : colour,
      borderWidth: 2,
      borderDash: line.kind === 'LIMIT' ? [6, 4] : [],
      stepped: line.kind === 'STEP' ? 'before' : false,
      pointRadius: line.kind === 'LIMIT' || points.length > 60 ? 0 : 2,
      fill: line.kind === 'BAND' ? '+1' : false,
      spanGaps: line.kind !== 'STEP',
    };
  }

  function draw(canvas) {
    const plot = JSON.parse(canvas.dataset.plot);
    const at = plot.at.map(Date.parse);
    if (typeof Chart === 'undefined' || at.length === 0) {
      return;
    }
    const span = at[at.length - 1] - at[0];
    canvas.closest('.plot').classList.add('drawn');
    drawn.get(canvas)?.destroy();
    drawn.set(canvas, new Chart(canvas, {
      type: 'line',
      data: {datasets: plot.lines.map((line, n) => dataset(line, n, at, plot.lines[n - 1]))},
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        interaction: {mode: 'nearest', axis: 'x', intersect: false},
        scales: {
          x: {type: 'linear', min: at[0], max: span ? at[at.length - 1] : at[0] + 1, grid: {color: css('--line')},
              ticks: {color: css('--soft'), maxTicksLimit: 6, maxRotation: 0, callback: value => moment(value, span)}},
          y: {grid: {color: css('--line')}, ticks: {color: css('--soft'), maxTicksLimit: 6},
              title: {display: true, text: plot.unit, color: css('--soft')}},
        },
        plugins: {
          legend: {display: plot.lines.length > 1, labels: {color: css('--ink'), usePointStyle: true, pointStyle: 'line'}},
          tooltip: {callbacks: {title: items => new Date(items[0].parsed.x).toISOString().replace('T', ' ').slice(0, 19) + ' UTC'}},
        },
      },
    }));
  }

  function drawAll(root) {
    for (const [canvas, chart] of drawn) {
      if (!canvas.isConnected) {
        chart.destroy();
        drawn.delete(canvas);
      }
    }
    root.querySelectorAll('canvas[data-plot]').forEach(draw);
  }

  // Sections that came anew take the place of those with the same id, and only where they differ: focus and reading go on.
  function replaceSections(html) {
    const fresh = new DOMParser().parseFromString(html, 'text/html');
    fresh.querySelectorAll('[data-live]').forEach(part => {
      const old = document.getElementById(part.id);
      if (old && old.dataset.shown !== part.innerHTML && !old.contains(document.activeElement)) {
        old.dataset.shown = part.innerHTML;
        old.replaceChildren(...part.cloneNode(true).childNodes);
        drawAll(old);
      }
    });
  }

  const poolStatus = () => document.querySelector('#live-pool .badge')?.textContent.trim();

  function listen(element) {
    const said = document.getElementById('live-said');
    const turn = document.getElementById('live-turn');
    const events = new EventSource(element.dataset.events);
    let lost = false;
    events.addEventListener('page', event => {
      const before = poolStatus();
      replaceSections(event.data);
      said.textContent = `Up to date as of ${new Date().toISOString().slice(11, 19)} UTC.`;
      if (poolStatus() !== before) {
        turn.textContent = `The pool is now: ${poolStatus()}.`;
      } else if (lost) {
        turn.textContent = 'The hub answers again.';
      }
      lost = false;
    });
    events.addEventListener('over', () => {
      events.close();
      location.reload();
    });
    events.onerror = () => {
      turn.textContent = events.readyState === EventSource.CLOSED
        ? 'This page does not update itself any more; reload it.'
        : 'The hub does not answer; what you see may be old. Trying again.';
      lost = true;
    };
    // A page that is left would otherwise keep its stream until the browser tidies up.
    addEventListener('pagehide', () => events.close());
  }

  document.addEventListener('DOMContentLoaded', () => {
    drawAll(document);
    document.querySelectorAll('[data-events]').forEach(listen);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawAll(document));
  });
})();
