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
    return span > 172800000 ? day : span > 43200000 ? `${day} ${time}` : time;
  }

  // Where people look for marks: at whole minutes, hours and days.
  function marks(from, to) {
    const minutes = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14400];
    const step = 60000 * (minutes.find(each => (to - from) / (60000 * each) <= 5) ?? 43200);
    const at = [];
    for (let mark = Math.ceil(from / step) * step; mark <= to; mark += step) {
      at.push({value: mark});
    }
    return at.length > 1 ? at : [{value: from}, {value: to}];
  }

  // What is more than samples that come a little late; milliseconds.
  function gap(at) {
    const steps = at.slice(1).map((each, n) => each - at[n]).sort((a, b) => a - b);
    return Math.max(300000, 4 * (steps[steps.length >> 1] ?? 0));
  }

  function dataset(line, index, at, before, limits, from, to) {
    const points = line.kind === 'LIMIT'
      ? [{x: from, y: line.values[0]}, ...line.values.map((value, n) => ({x: at[n], y: value})), {x: to, y: line.values[line.values.length - 1]}]
      : line.values.map((value, n) => ({x: at[n], y: value})).filter(point => line.kind !== 'LINE' || point.y !== null);
    const colour = line.kind === 'LIMIT' ? css('--plot-limit') : css(`--plot-${1 + index % 4}`);
    const ends = line.kind === 'BAND' || (before && before.kind === 'BAND');
    return {
      label: line.name,
      data: points,
      borderColor: ends ? 'transparent' : colour,
      backgroundColor: line.kind === 'BAND' ? css('--plot-band') : colour,
      borderWidth: 2,
      borderDash: line.kind !== 'LIMIT' ? [] : limits % 2 ? [2, 3] : [8, 4],
      stepped: line.kind === 'STEP' ? 'before' : false,
      pointRadius: line.kind === 'LIMIT' || ends || (points.length > 30 && line.kind !== 'STEP') || points.length > 60 ? 0 : 2,
      fill: line.kind === 'BAND' ? '+1' : false,
      // Over silence there is no line: nothing is known of that time.
      spanGaps: line.kind === 'STEP' ? false : line.kind === 'LINE' ? gap(points.map(point => point.x)) : true,
    };
  }

  // A band is told by its colour and both its ends, a limit by its dashes.
  function legend(chart, plot) {
    const labels = Chart.defaults.plugins.legend.labels.generateLabels(chart);
    return labels
      .filter(label => plot.lines[label.datasetIndex - 1]?.kind !== 'BAND')
      .map(label => {
        const line = plot.lines[label.datasetIndex];
        const band = line.kind === 'BAND';
        return {
          ...label,
          text: band ? `${plot.lines[label.datasetIndex + 1].name} … ${line.name}` : line.name,
          pointStyle: band ? 'rect' : 'line',
          lineDash: chart.data.datasets[label.datasetIndex].borderDash,
          lineWidth: band ? 0 : 2,
        };
      });
  }

  function draw(canvas) {
    const plot = JSON.parse(canvas.dataset.plot);
    const at = plot.at.map(Date.parse);
    if (typeof Chart === 'undefined' || at.length === 0) {
      return;
    }
    // One moment alone stands in the middle of an hour.
    const [from, to] = at.length > 1 ? [at[0], at[at.length - 1]] : [at[0] - 1800000, at[0] + 1800000];
    const span = to - from;
    let limits = 0;
    canvas.closest('.plot').classList.add('drawn');
    drawn.get(canvas)?.destroy();
    drawn.set(canvas, new Chart(canvas, {
      type: 'line',
      data: {datasets: plot.lines.map((line, n) =>
        dataset(line, n, at, plot.lines[n - 1], line.kind === 'LIMIT' ? limits++ : 0, from, to))},
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        interaction: {mode: 'nearest', axis: 'x', intersect: false},
        scales: {
          x: {type: 'linear', min: from, max: to, grid: {color: css('--line')},
              afterBuildTicks: axis => { axis.ticks = marks(from, to); },
              ticks: {color: css('--soft'), maxTicksLimit: 6, maxRotation: 0, autoSkip: true, callback: value => moment(value, span)}},
          y: {max: plot.unit === '%' ? 100 : undefined, grid: {color: css('--line')}, ticks: {color: css('--soft'), maxTicksLimit: 6},
              title: {display: true, text: plot.unit, color: css('--soft')}},
        },
        plugins: {
          legend: {display: plot.lines.length > 1, labels: {color: css('--ink'), usePointStyle: true, generateLabels: chart => legend(chart, plot)}},
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
  // Answers when somebody looked.
  function replaceSections(html) {
    const fresh = new DOMParser().parseFromString(html, 'text/html');
    fresh.querySelectorAll('[data-live]').forEach(part => {
      const old = document.getElementById(part.id);
      if (old && old.dataset.shown !== part.innerHTML) {
        const reached = () => [...old.querySelectorAll('a[href], button, input, select, summary, [tabindex]')];
        const focused = reached().indexOf(document.activeElement);
        const link = document.activeElement?.getAttribute('href');
        const unfolded = [...old.querySelectorAll('details')].map(one => one.open);
        old.dataset.shown = part.innerHTML;
        old.replaceChildren(...part.cloneNode(true).childNodes);
        old.querySelectorAll('details').forEach((one, n) => { one.open = unfolded[n] ?? false; });
        drawAll(old);
        if (focused >= 0) {
          const now = reached();
          // The same link where it still is, for rows change places; else what stands there now.
          const to = (link && now.find(one => one.getAttribute('href') === link)) || now[Math.min(focused, now.length - 1)];
          to?.focus({preventScroll: true});
        }
      }
    });
    return new Date(fresh.querySelector('[data-at]').dataset.at);
  }

  const poolStatus = () => document.querySelector('#live-pool .badge')?.textContent.trim();

  function listen(element) {
    const said = document.getElementById('live-said');
    const turn = document.getElementById('live-turn');
    let events;
    let lost = false;
    let last = Date.now();
    const old = why => {
      if (!lost) {
        turn.textContent = `Not up to date since ${new Date(last).toISOString().slice(11, 19)} UTC: ${why} Trying again.`;
        said.textContent = '';
        lost = true;
      }
    };
    // A line can be dead without anybody saying so; one that is opened anew at once is worth no word.
    setInterval(() => {
      if (Date.now() - last > 20000) {
        old('nothing came for 20 seconds.');
      }
    }, 5000);
    const open = () => {
      events = new EventSource(element.dataset.events);
      hear();
    };
    const hear = () => {
      events.addEventListener('away', () => old('the database does not answer.'));
      events.addEventListener('page', event => {
        const before = poolStatus();
        const at = replaceSections(event.data);
        said.textContent = `Up to date as of ${at.toISOString().slice(11, 19)} UTC.`;
        if (poolStatus() !== before) {
          turn.textContent = `The pool is now: ${poolStatus()}.`;
        } else if (lost) {
          turn.textContent = 'The hub answers again.';
        }
        lost = false;
        last = Date.now();
      });
      events.addEventListener('over', () => {
        events.close();
        location.reload();
      });
      // The browser itself tries again after a line that broke, but never after an answer that was a refusal.
      events.onerror = () => {
        if (events.readyState === EventSource.CLOSED) {
          setTimeout(open, 10000 + 5000 * Math.random());
        }
      };
    };
    open();
    // A page that is left would otherwise keep its stream until the browser tidies up; one that is come back to is old.
    addEventListener('pagehide', () => events.close());
    addEventListener('pageshow', event => {
      if (event.persisted) {
        location.reload();
      }
    });
  }

  document.addEventListener('DOMContentLoaded', () => {
    drawAll(document);
    document.querySelectorAll('[data-events]').forEach(listen);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawAll(document));
  });
})();
